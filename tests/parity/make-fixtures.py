"""Write the fixtures that Laurel's learning core is compared with.

Everything is computed by PyTorch and transformers, in float64, on padded batches: once
padded on the left and once on the right, which must agree before anything is written.
Laurel computes the same from packed segments, without padding. `npm run parity --
--record` runs this in the environment of requirements.txt.
"""

import argparse
from pathlib import Path

import torch
from reference.cases import CASES
from reference.family_fixtures import (
    save_tensors,
    write_families,
    write_json,
    write_tokenizers,
)
from reference.preferences import weighted_pairs
from reference.training import cosine, linear
from safetensors.torch import save_file


def write_half_precision(folder: Path) -> None:
    """Write one matrix in float16 and bfloat16, and what both hold."""
    halves = torch.tensor([[1.5, -0.25, 3.1416], [65504.0, 6e-8, -0.0]])
    tensors = {"half": halves.half(), "brain": halves.bfloat16()}
    save_file(tensors, folder / "half-precision.safetensors")
    values = {name: tensor.float().tolist() for name, tensor in tensors.items()}
    write_json(folder / "half-precision.json", values)


def main() -> None:
    """Write every fixture."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    torch.set_num_threads(1)
    folder.mkdir(parents=True, exist_ok=True)
    write_tokenizers(folder / "tokenizers")
    write_families(folder / "families")
    write_half_precision(folder)
    torch.manual_seed(20)
    save_tensors(folder / "weighted-pairs.safetensors", weighted_pairs())
    steps = range(CASES["training"]["steps"])
    schedules = {
        "cosine": [cosine(step) for step in steps],
        "linear": [linear(step) for step in steps],
    }
    write_json(folder / "cases.json", {**CASES, "schedules": schedules})


if __name__ == "__main__":
    main()
