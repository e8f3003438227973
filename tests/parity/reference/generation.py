"""Greedy completions by `generate`, and samples from a stored list of uniforms."""

from typing import Any

import torch
from torch import Tensor

from .cases import END, GENERATION, GROUPS, PADDING, TEMPERATURE

# Two candidates nearer than this could change places by rounding alone.
CLEAR = 1e-3


def next_logits(policy: Any, tokens: list[int]) -> Tensor:
    """Logits of the next token. [V]."""
    with torch.no_grad():
        logits: Tensor = policy(input_ids=torch.tensor([tokens])).logits[0, -1]
    return logits


def greedy(policy: Any) -> list[list[int]]:
    """Complete every prompt, all in one batch padded on the left."""
    prompts = [prompt for prompt, _ in GROUPS]
    width = max(map(len, prompts))
    padded = [[PADDING] * (width - len(p)) + p for p in prompts]
    mask = [[0] * (width - len(p)) + [1] * len(p) for p in prompts]
    generated = policy.generate(
        input_ids=torch.tensor(padded),
        attention_mask=torch.tensor(mask),
        max_new_tokens=GENERATION["max_new_tokens"],
        do_sample=False,
        eos_token_id=END,
        pad_token_id=PADDING,
    )[:, width:].tolist()
    completions = [up_to_end(tokens) for tokens in generated]
    for prompt, completion in zip(prompts, completions, strict=True):
        for i, token in enumerate(completion):
            first, second = next_logits(policy, prompt + completion[:i]).topk(2).values
            assert first - second > CLEAR, "choose another seed"
            assert next_logits(policy, prompt + completion[:i]).argmax() == token
    return completions


def up_to_end(tokens: list[int]) -> list[int]:
    """Tokens up to and with the first end of text."""
    return tokens[: tokens.index(END) + 1] if END in tokens else tokens


def draw(logits: Tensor, uniform: float) -> tuple[int, float]:
    """Invert the cumulative distribution; also say how far the nearest bound is."""
    cumulative = (logits / TEMPERATURE).softmax(-1).cumsum(-1)
    token = int((cumulative > uniform).nonzero()[0])
    return token, float((cumulative - uniform).abs().min())


def sample(policy: Any, prompt: list[int]) -> dict[str, Any]:
    """Draw one sample, with the uniforms that it used."""
    tokens: list[int] = []
    uniforms: list[float] = []
    log_probs: list[float] = []
    while len(tokens) < GENERATION["max_new_tokens"] and END not in tokens:
        logits = next_logits(policy, prompt + tokens)
        uniform = float(torch.rand((), dtype=torch.float64))
        token, distance = draw(logits, uniform)
        if distance < CLEAR / 10:
            continue
        tokens.append(token)
        uniforms.append(uniform)
        log_probs.append(float((logits / TEMPERATURE).log_softmax(-1)[token]))
    return {"tokens": tokens, "uniforms": uniforms, "log_probs": log_probs}


def generation(policy: Any) -> dict[str, Any]:
    """Greedy completions and samples of every prompt."""
    samples = [
        [sample(policy, prompt) for _ in range(GENERATION["samples"])]
        for prompt, _ in GROUPS
    ]
    return {"greedy": greedy(policy), "samples": samples}
