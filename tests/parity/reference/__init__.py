"""What Laurel's learning core should compute, by PyTorch and transformers, in float64."""
