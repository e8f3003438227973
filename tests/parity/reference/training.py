"""Twenty steps of AdamW: warm-up, half a cosine, clipping by the global norm."""

import copy
import math
from typing import Any

import torch
from torch import Tensor

from .batch import Batch, log_probs, response_logits
from .cases import TRAINING
from .language_model import file_name


def cosine(step: int) -> float:
    """Learning rate of a step, counted from 0."""
    warmup, steps = TRAINING["warmup_steps"], TRAINING["steps"]
    if step < warmup:
        return float(TRAINING["learning_rate"] * (step + 1) / warmup)
    progress = (step - warmup) / (steps - warmup)
    return float(TRAINING["learning_rate"] * (1 + math.cos(math.pi * progress)) / 2)


def linear(step: int) -> float:
    """Learning rate of a step, counted from 0."""
    warmup, steps = TRAINING["warmup_steps"], TRAINING["steps"]
    if step < warmup:
        return float(TRAINING["learning_rate"] * (step + 1) / warmup)
    return float(TRAINING["learning_rate"] * (steps - step) / (steps - warmup))


def make_optimiser(policy: Any) -> torch.optim.AdamW:
    """AdamW that decays matrices and leaves vectors alone."""
    parameters = list(policy.parameters())
    matrices = [p for p in parameters if p.ndim > 1]
    vectors = [p for p in parameters if p.ndim <= 1]
    return torch.optim.AdamW(
        [
            {"params": matrices, "weight_decay": TRAINING["weight_decay"]},
            {"params": vectors, "weight_decay": 0.0},
        ],
        lr=0.0,
        betas=(TRAINING["beta1"], TRAINING["beta2"]),
        eps=TRAINING["epsilon"],
    )


def train(policy: Any, batch: Batch) -> dict[str, Tensor]:
    """Losses and norms of every step, and the parameters after the last."""
    trained = copy.deepcopy(policy)
    optimiser = make_optimiser(trained)
    losses, norms = [], []
    for step in range(TRAINING["steps"]):
        for group in optimiser.param_groups:
            group["lr"] = cosine(step)
        optimiser.zero_grad()
        loss = -log_probs(response_logits(trained, batch), batch).mean()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(
            trained.parameters(), TRAINING["max_gradient_norm"]
        )
        optimiser.step()
        losses.append(loss.detach())
        norms.append(norm.detach())
    clipped = torch.stack(norms) > TRAINING["max_gradient_norm"]
    assert clipped.any() and not clipped.all(), "choose another max_gradient_norm"
    parameters = {
        f"parameter.{file_name(trained, name)}": parameter.detach()
        for name, parameter in trained.named_parameters()
    }
    return {
        "losses": torch.stack(losses),
        "gradient_norms": torch.stack(norms),
        **parameters,
    }
