"""Losses of pairs beside the plain one: DPO, margins and weights."""

from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

from .batch import Batch, log_probs, response_logits
from .cases import DPO, LENGTHS
from .language_model import gradients
from .ppo import noise, stored


def sequence_log_probs(policy: Any, batch: Batch) -> Tensor:
    """Log probability of each whole completion. [B]."""
    of_tokens = log_probs(response_logits(policy, batch), batch)
    return torch.stack([own.sum() for own in of_tokens.split(LENGTHS)])


def make_reference(policy: Any, batch: Batch) -> Tensor:
    """Log probabilities under a reference near the policy. [B]."""
    with torch.no_grad():
        return stored(sequence_log_probs(policy, batch) + 2 * noise(len(LENGTHS)))


def dpo(policy: Any, batch: Batch, reference: Tensor) -> dict[str, Tensor]:
    """Direct preference optimisation (Rafailov et al. 2023, equation 7)."""
    log_probs_of = sequence_log_probs(policy, batch)
    implicit = DPO["beta"] * (log_probs_of - reference)
    loss = -logsigmoid(implicit[0::2] - implicit[1::2]).mean()
    return {
        "reference_log_probs": reference,
        "rewards": implicit,
        "loss": loss,
        **gradients(policy, loss),
    }


def weighted_pairs() -> dict[str, Tensor]:
    """Reward loss with margins, with weights and with both; gradients of scores."""
    pairs = 7
    scores = noise(2 * pairs).float().double().requires_grad_()
    margins = stored(noise(pairs).abs())
    weights = stored(noise(pairs).abs() + 0.1)
    result = {"scores": scores, "margins": margins, "weights": weights}
    for name, margin, weight in (
        ("margins", margins, 1.0),
        ("weights", 0.0, weights),
        ("both", margins, weights),
    ):
        losses = -logsigmoid(scores[0::2] - scores[1::2] - margin)
        loss = (weight * losses).mean()
        result[f"loss.{name}"] = loss
        (result[f"gradient.{name}"],) = torch.autograd.grad(loss, scores)
    return result
