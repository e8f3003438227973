"""Logits, losses and every gradient of a policy and a reward model."""

from typing import Any

import torch
from torch import Tensor, nn

from .batch import Batch, log_probs, pad, response_logits, rewards


def file_name(model: nn.Module, name: str) -> str:
    """Name of a parameter in files. transformers 5 calls GPT-NeoX's head otherwise."""
    is_neox_head = hasattr(model, "gpt_neox") and name == "lm_head.weight"
    return "embed_out.weight" if is_neox_head else name


def gradients(model: nn.Module, loss: Tensor) -> dict[str, Tensor]:
    """Every gradient, by the names of the model's files."""
    model.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call,unused-ignore]
    return {
        f"gradient.{file_name(model, name)}": parameter.grad.clone()
        for name, parameter in model.named_parameters()
        if parameter.grad is not None
    }


def sft(policy: Any, batch: Batch) -> dict[str, Tensor]:
    """Logits, loss and gradients of the language-model loss on all completions."""
    logits = response_logits(policy, batch)
    loss = -log_probs(logits, batch).mean()
    return {"logits": logits, "loss": loss, **gradients(policy, loss)}


def reward_pairs(model: Any, batch: Batch) -> dict[str, Tensor]:
    """Rewards, loss and gradients of the reward model's loss."""
    scores = rewards(model, batch)
    loss = -nn.functional.logsigmoid(scores[0::2] - scores[1::2]).mean()
    return {"rewards": scores, "loss": loss, **gradients(model, loss)}


def either_side(compute: Any, model: Any) -> dict[str, Tensor]:
    """Compute with padding on the right, once the left has given the same.

    transformers computes norms, softmax and angles in float32 whatever the weights.
    """
    left, right = (compute(model, batch=pad(side)) for side in ("left", "right"))
    for name, value in right.items():
        torch.testing.assert_close(left[name], value, rtol=1e-5, atol=1e-7)
    return dict(right)
