"""Rounds of a TRL trainer: it trains in one go, and waits between steps for its turns."""

import os
import time
from collections.abc import Iterator
from typing import Any

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
import torch._dynamo
from contestant import Assignment, Contest
from transformers import (
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)

PACKAGES = ["torch", "transformers", "trl", "accelerate"]


class RoundsCallback(TrainerCallback):
    """After the warm-up steps: reports every round that is done and waits for the next. Its values are the losses of its steps."""

    def __init__(self, contest: Contest, name: str, figures: dict[str, float]) -> None:
        self._contest = contest
        self._name = name
        self._figures = figures
        self._rounds: Iterator[int] = contest.rounds()
        self._losses: list[float] = []
        self._start = 0.0

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, float] | None = None,
        **kwargs: Any,
    ) -> None:
        if logs is None or "loss" not in logs:
            return
        settings = self._contest.assignment.settings
        self._losses.append(float(logs["loss"]))
        if state.global_step == settings["warmUpSteps"]:
            self._contest.ready(self._name, precision_of(settings), PACKAGES)
            self._wait(control)
        elif (
            len(self._losses) == settings["stepsPerRound"]
            and state.global_step > settings["warmUpSteps"]
        ):
            seconds = time.perf_counter() - self._start
            units = settings["stepsPerRound"] * settings["batchSize"]
            self._contest.report(seconds, units, self._losses, self._figures)
            self._wait(control)

    def _wait(self, control: TrainerControl) -> None:
        self._losses = []
        if next(self._rounds, None) is None:
            control.should_training_stop = True
        self._start = time.perf_counter()


def precision_of(settings: dict[str, Any]) -> str:
    return "float32" if settings["mode"] == "float32" else "bfloat16"


def training_arguments(assignment: Assignment) -> dict[str, Any]:
    """What our trainers do, in transformers' words; and what is fastest on a CPU."""
    settings = assignment.settings
    return {
        "output_dir": str(assignment.folder / "output"),
        "use_cpu": not torch.cuda.is_available(),
        "bf16": settings["mode"] == "autocast",
        "torch_compile": settings.get("compile", False),
        "gradient_checkpointing": False,
        "optim": "adamw_torch_fused",
        "learning_rate": settings["learningRate"],
        "lr_scheduler_type": "cosine",
        "weight_decay": 0.0,
        "max_grad_norm": 1.0,
        "per_device_train_batch_size": settings["batchSize"],
        "num_train_epochs": 1,  # the rows are those of all epochs, in their order
        "train_sampling_strategy": "sequential",
        "logging_steps": 1,
        "logging_first_step": True,
        "save_strategy": "no",
        "report_to": "none",
        "disable_tqdm": True,
        "seed": settings["seed"],
    }


def model_arguments(settings: dict[str, Any]) -> dict[str, Any]:
    torch.set_num_threads(os.cpu_count() or 1)
    # Compiled once for all lengths, in the warm-up.
    torch._dynamo.config.assume_static_by_default = False
    dtype = torch.bfloat16 if settings["mode"] == "bfloat16" else torch.float32
    return {
        "dtype": dtype,
        "attn_implementation": "sdpa",
        "resid_pdrop": 0.0,
        "embd_pdrop": 0.0,
        "attn_pdrop": 0.0,
    }


def token_figures(
    lengths: list[list[int]], batch_size: int, padding_free: bool = False
) -> dict[str, float]:
    """Tokens an example, given the lengths of each example's sequences: those computed, and those that are no padding."""
    real = sum(map(sum, lengths))
    batches = [
        lengths[start : start + batch_size]
        for start in range(0, len(lengths), batch_size)
    ]
    padded = sum(max(map(max, batch)) * sum(map(len, batch)) for batch in batches)
    return {
        "tokensPerUnit": (real if padding_free else padded) / len(lengths),
        "realTokensPerUnit": real / len(lengths),
    }
