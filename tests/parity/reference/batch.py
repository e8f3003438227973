"""Padded batches. Laurel packs segments without padding; both must agree."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from .cases import PADDING, ROWS


@dataclass
class Batch:
    """Sequences padded to equal length. All [B, T]; `response` marks completions."""

    tokens: Tensor
    mask: Tensor
    positions: Tensor
    response: Tensor

    def inputs(self) -> dict[str, Tensor]:
        """Arguments of a transformers model."""
        return {
            "input_ids": self.tokens,
            "attention_mask": self.mask,
            "position_ids": self.positions,
        }

    def before_response(self) -> Tensor:
        """Mark the positions that predict the completions' tokens. [B, T - 1]."""
        return self.response[:, 1:]

    def last(self) -> Tensor:
        """Index of each row's last real token. [B]."""
        real = torch.arange(self.mask.shape[1]) * self.mask
        return real.argmax(1)


def pad(side: str) -> Batch:
    """Pad every prompt and completion on one side."""
    width = max(len(p) + len(c) for p, c in ROWS)
    tokens, mask, response = [], [], []
    for prompt, completion in ROWS:
        space = width - len(prompt) - len(completion)
        before, after = (space, 0) if side == "left" else (0, space)
        tokens.append([PADDING] * before + prompt + completion + [PADDING] * after)
        real = len(prompt) + len(completion)
        mask.append([0] * before + [1] * real + [0] * after)
        marks = [0] * len(prompt) + [1] * len(completion)
        response.append([0] * before + marks + [0] * after)
    attended = torch.tensor(mask)
    return Batch(
        tokens=torch.tensor(tokens),
        mask=attended,
        positions=(attended.cumsum(1) - 1).clamp(min=0),
        response=torch.tensor(response).bool(),
    )


def response_logits(policy: Any, batch: Batch) -> Tensor:
    """Logits that predict the completions' tokens. [R, V]."""
    logits: Tensor = policy(**batch.inputs()).logits
    return logits[:, :-1][batch.before_response()]


def log_probs(logits: Tensor, batch: Batch) -> Tensor:
    """Log probabilities of the completions' tokens. [R]."""
    targets = batch.tokens[batch.response]
    return logits.log_softmax(-1).gather(1, targets[:, None])[:, 0]


def rewards(model: Any, batch: Batch) -> Tensor:
    """Rewards as transformers reads them, at the last token not padded. [B]."""
    logits: Tensor = model(**batch.inputs()).logits
    return logits[:, 0]
