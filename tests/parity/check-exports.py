"""Load the models that Laurel wrote in transformers, and compare what they compute.

Batches are padded on the left, on the right and not at all: a score must not depend on
it. Run after write-exports.ts, in the environment that make-fixtures.py describes.
"""

import json
from pathlib import Path
from typing import Any

import torch
from transformers import (
    AutoModelForCausalLM,
    AutoModelForSequenceClassification,
    AutoTokenizer,
)

FIXTURES = Path(__file__).parent / "fixtures"
EXPORTS = FIXTURES / "exports"
CASES = json.loads((FIXTURES / "cases.json").read_text())
EXPECTED = json.loads((EXPORTS / "expected.json").read_text())
PAIRS = [(g["prefix"], c) for g in CASES["groups"] for c in g["continuations"]]


def assert_close(actual: torch.Tensor, expected: list[float]) -> None:
    """Compare to 1e-4, relative to the largest value."""
    reference = torch.tensor(expected)
    difference = (actual - reference).abs().max() / reference.abs().max()
    print(f"  largest relative difference {difference:.1e}")
    assert difference < 1e-4, (actual, reference)


def check_reward_model() -> None:
    """Scores of a batch, with either padding, and of each sequence alone."""
    result: Any = AutoModelForSequenceClassification.from_pretrained(
        EXPORTS / "reward-model", output_loading_info=True
    )
    loaded, info = result
    print(f"reward model: {type(loaded).__name__}, {info}")
    assert not any(info[kind] for kind in ("missing_keys", "unexpected_keys"))
    bias = loaded.config.laurel_reward_bias
    tokenizer = AutoTokenizer.from_pretrained(EXPORTS / "reward-model")
    tokenizer.pad_token_id = loaded.config.pad_token_id
    sequences = [{"input_ids": p + c} for p, c in PAIRS]
    with torch.no_grad():
        for side in ("left", "right"):
            batch = tokenizer.pad(sequences, padding_side=side, return_tensors="pt")
            positions = (batch["attention_mask"].cumsum(1) - 1).clamp(min=0)
            scores = loaded(**batch, position_ids=positions).logits[:, 0] + bias
            assert_close(scores, EXPECTED["scores"])
        alone = [
            loaded(input_ids=torch.tensor([p + c])).logits[0, 0] + bias
            for p, c in PAIRS
        ]
        assert_close(torch.stack(alone), EXPECTED["scores"])


def check_policy() -> None:
    """Log probabilities of the completions' tokens."""
    result: Any = AutoModelForCausalLM.from_pretrained(
        EXPORTS / "policy", output_loading_info=True
    )
    loaded, info = result
    print(f"policy: {type(loaded).__name__}, {info}")
    assert not any(info[kind] for kind in ("missing_keys", "unexpected_keys"))
    log_probs = []
    with torch.no_grad():
        for prompt, completion in PAIRS:
            logits = loaded(input_ids=torch.tensor([prompt + completion])).logits[0]
            predicting = logits[len(prompt) - 1 : -1].log_softmax(-1)
            log_probs.append(predicting[range(len(completion)), completion])
    assert_close(torch.cat(log_probs), EXPECTED["log_probs"])


def check_tokenizer() -> None:
    """Ids of every text, as Laurel's own tests have them."""
    tokenizer = AutoTokenizer.from_pretrained(EXPORTS / "policy")
    for case in CASES["texts"]:
        ids = tokenizer(case["text"], add_special_tokens=False)["input_ids"]
        assert ids == case["ids"], case
    print(f"tokenizer: {type(tokenizer).__name__}, {len(CASES['texts'])} texts agree")


if __name__ == "__main__":
    check_reward_model()
    check_policy()
    check_tokenizer()
