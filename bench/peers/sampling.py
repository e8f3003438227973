"""Samples by transformers' `generate` or by a loop of our own in PyTorch; a round is some batches of prompts of equal length."""

import os
import time
from collections.abc import Callable
from typing import Any

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
from cached_gpt2 import CachedGpt2
from contestant import Contest
from response_outputs import Batch, token_log_probs
from torch import Tensor
from transformers import AutoModelForCausalLM, PreTrainedModel

# [B, T] prompts and a temperature to [B, new tokens].
Sampler = Callable[[Tensor, float], Tensor]


def generating(model: PreTrainedModel, settings: dict[str, Any]) -> Sampler:
    """`generate`, which goes on after an end of text."""
    count = settings["newTokens"]

    def sample(prompts: Tensor, temperature: float) -> Tensor:
        drawing = (
            {"do_sample": True, "temperature": temperature, "top_k": 0}
            if temperature > 0
            else {"do_sample": False}
        )
        outputs = model.generate(
            prompts,
            attention_mask=torch.ones_like(prompts),
            max_new_tokens=count,
            eos_token_id=None,
            pad_token_id=0,
            cache_implementation=settings["cache"],
            **drawing,
        )
        return outputs[:, prompts.shape[1] :]

    return sample


def looping(model: PreTrainedModel, settings: dict[str, Any]) -> Sampler:
    count, length = settings["newTokens"], settings["promptTokens"]
    decoder = CachedGpt2(model, settings["rows"], length + count)
    append = (
        torch.compile(decoder.append, dynamic=True)
        if settings.get("compile")
        else decoder.append
    )

    def sample(prompts: Tensor, temperature: float) -> Tensor:
        tokens = [choose(decoder.prefill(prompts), temperature)]
        for position in range(length, length + count - 1):
            tokens.append(choose(append(tokens[-1], position), temperature))
        return torch.stack(tokens, dim=1)

    return sample


def choose(logits: Tensor, temperature: float) -> Tensor:
    """Inverts the cumulative distribution, which takes one random number a row. [B, V] → [B]"""
    if temperature == 0:
        return logits.argmax(-1)
    cumulative = (logits.float() / temperature).softmax(-1).cumsum(-1)
    draws = torch.rand(len(logits), 1) * cumulative[:, -1:]
    return (
        torch.searchsorted(cumulative, draws, right=True)
        .squeeze(-1)
        .clamp_(max=logits.shape[-1] - 1)
    )


def greedy_agreement(sample: Sampler, prompts: Tensor, expected: Tensor) -> float:
    """The share of greedily chosen tokens that are those of `generate` in float32."""
    return float((sample(prompts, 0) == expected).float().mean())


def main() -> None:
    contest = Contest()
    settings = contest.assignment.settings
    torch.set_num_threads(os.cpu_count() or 1)
    torch.manual_seed(settings["seed"])
    rows, batches = settings["rows"], settings["batchesPerRound"]
    temperature = settings["temperature"]
    prompts = torch.tensor(
        [row["tokens"] for row in contest.assignment.rows("prompts.jsonl")]
    )
    expected = torch.tensor(
        [row["tokens"] for row in contest.assignment.rows("greedy.jsonl")]
    )
    dtype = getattr(torch, settings["precision"])
    model = AutoModelForCausalLM.from_pretrained(
        contest.assignment.folder / "model", dtype=dtype
    ).eval()
    with torch.inference_mode():
        sample = {"generate": generating, "loop": looping}[settings["method"]](
            model, settings
        )
        agreement = greedy_agreement(sample, prompts[:rows], expected)
        sample(prompts[:rows], temperature)  # warm
        contest.ready("PyTorch", settings["precision"], ["torch", "transformers"])
        for i in contest.rounds():
            own = prompts[i * rows * batches : (i + 1) * rows * batches].split(rows)
            start = time.perf_counter()
            samples = [sample(batch, temperature) for batch in own]
            seconds = time.perf_counter() - start
            log_probs = [
                token_log_probs(
                    model, Batch.of(list(batch), list(tokens)), temperature
                )[0]
                .mean()
                .item()
                for batch, tokens in zip(own, samples, strict=True)
            ]
            values = [sum(log_probs) / batches]
            contest.report(
                seconds,
                batches * rows * settings["newTokens"],
                values,
                {"greedyAgreement": agreement},
            )


if __name__ == "__main__":
    main()
