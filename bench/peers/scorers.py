"""The peers that score texts, with their best settings; chosen by `backend` of a mode's settings."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnxruntime
import torch
from onnx_gpt2 import write_reward_model
from scoring_texts import Batch, Floats, Ids, TextEncoder, score_in_batches
from transformers import AutoModelForSequenceClassification

THREADS = 2


@dataclass(frozen=True)
class Scorer:
    name: str
    precision: str
    packages: list[str]
    encoder: TextEncoder
    score_batch: Callable[[Batch], Floats]
    """[B] of [B, T]"""
    batch_size: int
    padding: int

    def score(self, items: Sequence[dict[str, Any]]) -> list[float]:
        """Scores of the items' completions, one after the other."""
        return score_in_batches(
            self.encoder.encode(items), self.batch_size, self.padding, self.score_batch
        )


def load_scorer(folder: Path, settings: dict[str, Any]) -> Scorer:
    """`mode`: float32, autocast or bfloat16 of transformers; float32 or int8 of ONNX Runtime."""
    return (
        _onnx_runtime(folder, settings)
        if settings["backend"] == "onnx"
        else _transformers(folder, settings)
    )


def _transformers(folder: Path, settings: dict[str, Any]) -> Scorer:
    torch.set_num_threads(THREADS)
    mode = settings["mode"]
    dtype = torch.bfloat16 if mode == "bfloat16" else torch.float32
    model = AutoModelForSequenceClassification.from_pretrained(
        folder, dtype=dtype, attn_implementation="sdpa"
    ).eval()
    forward = torch.compile(model, dynamic=True) if settings.get("compile") else model

    @torch.inference_mode()
    def score_batch(batch: Batch) -> Floats:
        with torch.autocast("cpu", torch.bfloat16, enabled=mode == "autocast"):
            output = forward(
                input_ids=torch.from_numpy(batch.ids),
                attention_mask=torch.from_numpy(batch.mask),
            )
        scores: Floats = output.logits.float().numpy()[:, 0]
        return scores

    precision = "float32" if mode == "float32" else "bfloat16"
    packages = ["torch", "transformers", "tokenizers"]
    encoder = TextEncoder(folder, model.config.eos_token_id)
    padding = model.config.pad_token_id
    return Scorer(
        "transformers",
        precision,
        packages,
        encoder,
        score_batch,
        settings["batchSize"],
        padding,
    )


def _onnx_runtime(folder: Path, settings: dict[str, Any]) -> Scorer:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "model.onnx"
        config = write_reward_model(folder, path, settings["mode"])
        session = onnxruntime.InferenceSession(path, options, ["CPUExecutionProvider"])

    def score_batch(batch: Batch) -> Floats:
        last: Ids = batch.mask.sum(1, keepdims=True) - 1
        scores: Floats = session.run(["scores"], {"ids": batch.ids, "last": last})[0][
            :, 0
        ]
        return scores

    encoder = TextEncoder(folder, config["eos_token_id"])
    packages = ["onnxruntime", "tokenizers"]
    padding = config["pad_token_id"]
    return Scorer(
        "ONNX Runtime",
        settings["mode"],
        packages,
        encoder,
        score_batch,
        settings["batchSize"],
        padding,
    )
