"""What PPO reads out of a decoder: outputs at the tokens of responses only, from right-padded sequences."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.nn.utils.rnn import pad_sequence

# Glossary: B sequences, T tokens of the longest, R response tokens of all of them, D width, V vocabulary.


@dataclass(frozen=True)
class Batch:
    """Sequences side by side. Padding is on the right, where the causal mask alone hides it: attention needs no other."""

    tokens: Tensor  # [B, T]
    rows: Tensor  # of each response token, the flat row that predicts it [R]
    targets: Tensor  # the response tokens [R]
    last_rows: Tensor  # of each sequence's last token [B]

    @staticmethod
    def of(prompts: Sequence[Tensor], responses: Sequence[Tensor]) -> "Batch":
        pairs = list(zip(prompts, responses, strict=True))
        tokens = pad_sequence([torch.cat(pair) for pair in pairs], batch_first=True)
        starts = [
            i * tokens.shape[1] + len(prompt) for i, (prompt, _) in enumerate(pairs)
        ]
        spans = [
            torch.arange(len(response)) + start
            for start, (_, response) in zip(starts, pairs, strict=True)
        ]
        return Batch(
            tokens=tokens,
            rows=torch.cat(spans) - 1,
            targets=torch.cat(list(responses)),
            last_rows=torch.stack([span[-1] for span in spans]),
        )


def hidden_at(body: nn.Module, batch: Batch, rows: Tensor) -> Tensor:
    """Hidden states after the final norm. [R, D]"""
    return body(batch.tokens, use_cache=False).last_hidden_state.flatten(0, 1)[rows]


def token_log_probs(
    model: nn.Module, batch: Batch, temperature: float
) -> tuple[Tensor, Tensor]:
    """log π of the response tokens at a temperature, [R], and their logits over it, [R, V]."""
    logits = (
        model.lm_head(hidden_at(model.transformer, batch, batch.rows)).float()
        / temperature
    )
    return -cross_entropy(logits, batch.targets, reduction="none"), logits


def entropy_of(logits: Tensor) -> Tensor:
    """Of each distribution, nats. [R, V] → [R]"""
    log_probs = logits.log_softmax(-1)
    return -(log_probs.exp() * log_probs).sum(-1)


def scalars_at(model: nn.Module, batch: Batch, rows: Tensor) -> Tensor:
    """The scalar head's values. [R]"""
    return model.score(hidden_at(model.transformer, batch, rows)).float().squeeze(-1)
