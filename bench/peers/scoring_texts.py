"""Texts to batches of tokens, as the scoring peers take them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

Ids: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Batch:
    ids: Ids
    """[B, T], padded on the right."""
    mask: Ids
    """[B, T], 1 where there is a token."""


class TextEncoder:
    """Prompt, space, completion, end of text; a prompt is encoded once for all its completions."""

    def __init__(self, model: Path, end_of_text: int) -> None:
        self._tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
        self._end_of_text = end_of_text

    def encode(self, items: Sequence[dict[str, Any]]) -> list[list[int]]:
        prompts = self._ids(
            [
                item["prompt"]["head"] + item["prompt"]["post"] + item["prompt"]["tail"]
                for item in items
            ]
        )
        completions = iter(
            self._ids([f" {text}" for item in items for text in item["completions"]])
        )
        return [
            [*prompt, *next(completions), self._end_of_text]
            for item, prompt in zip(items, prompts, strict=True)
            for _ in item["completions"]
        ]

    def _ids(self, texts: list[str]) -> list[list[int]]:
        return [
            encoding.ids
            for encoding in self._tokenizer.encode_batch_fast(
                texts, add_special_tokens=False
            )
        ]


def score_in_batches(
    sequences: Sequence[Sequence[int]],
    batch_size: int,
    padding: int,
    score: Callable[[Batch], Floats],
) -> list[float]:
    """Scores in the order of the sequences, which are computed from the longest to the shortest."""
    order = sorted(range(len(sequences)), key=lambda i: -len(sequences[i]))
    scores = np.empty(len(sequences), np.float32)
    for some in _chunks(order, batch_size):
        scores[some] = score(pad([sequences[i] for i in some], padding))
    return [float(value) for value in scores]


def pad(sequences: Sequence[Sequence[int]], padding: int) -> Batch:
    longest = max(map(len, sequences))
    ids = np.full((len(sequences), longest), padding, np.int64)
    mask = np.zeros_like(ids)
    for row, sequence in enumerate(sequences):
        ids[row, : len(sequence)] = sequence
        mask[row, : len(sequence)] = 1
    return Batch(ids, mask)


def _chunks(order: list[int], size: int) -> Iterator[list[int]]:
    for start in range(0, len(order), size):
        yield order[start : start + size]
