"""Load the models that Laurel wrote in transformers, and compare what they compute.

Their weights are the fixtures', so that what they compute is recorded there. Batches
are padded on the left, on the right and not at all: a result must not depend on it.
`npm run parity -- --live` runs this.
"""

import argparse
from pathlib import Path
from typing import Any

import torch
from reference.batch import pad, response_logits, rewards
from reference.cases import ROWS
from reference.families import VARIANTS
from reference.tokenizer_texts import TRICKY
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor
from transformers import (
    AutoModelForCausalLM,
    AutoModelForSequenceClassification,
    AutoTokenizer,
)
from transformers.utils.logging import disable_progress_bar

TOLERANCE = 1e-4


def load(auto: Any, folder: Path) -> Any:
    """Load a model in float32; every key of its files has to be one of its own."""
    model, info = auto.from_pretrained(
        folder, output_loading_info=True, dtype=torch.float32
    )
    kinds = ("missing_keys", "unexpected_keys", "mismatched_keys", "error_msgs")
    assert not any(info.get(kind) for kind in kinds), (folder, info)
    assert len(list(model.parameters())) > 0
    return model


def difference(actual: Tensor, expected: Tensor) -> float:
    """Largest difference, relative to the largest value."""
    largest = (actual - expected).abs().max() / expected.abs().max()
    assert largest < TOLERANCE, (actual, expected)
    return float(largest)


def check_policy(model: Any, expected: Tensor) -> float:
    """Logits of every completion's tokens, with either padding and alone."""
    padded = [response_logits(model, pad(side)) for side in ("left", "right")]
    alone = [
        model(input_ids=torch.tensor([p + c])).logits[0, len(p) - 1 : -1]
        for p, c in ROWS
    ]
    return max(difference(logits, expected) for logits in (*padded, torch.cat(alone)))


def check_reward_model(model: Any, expected: Tensor) -> float:
    """Reward of every completion, with either padding and alone."""
    padded = [rewards(model, pad(side)) for side in ("left", "right")]
    alone = [model(input_ids=torch.tensor([p + c])).logits[0, 0] for p, c in ROWS]
    assert model.config.laurel_reward_bias == 0.25
    return max(difference(each, expected) for each in (*padded, torch.stack(alone)))


def check_tokenizer(exported: Path, fixtures: Path) -> None:
    """Ids of tricky texts, as the tokenizer that went in gives them."""
    loaded = AutoTokenizer.from_pretrained(exported)
    original = Tokenizer.from_file(str(fixtures / "tokenizer.json"))
    for text in TRICKY:
        ids = loaded(text, add_special_tokens=False)["input_ids"]
        assert ids == original.encode(text, add_special_tokens=False).ids, text


def main() -> None:
    """Check both models of every family."""
    parser = argparse.ArgumentParser()
    parser.add_argument("exports", type=Path)
    parser.add_argument("fixtures", type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    disable_progress_bar()
    for family in VARIANTS:
        exported = arguments.exports / family
        fixtures = arguments.fixtures / "families" / family
        logits = load_file(fixtures / "sft.safetensors")["logits"]
        scores = load_file(fixtures / "reward-pairs.safetensors")["rewards"]
        policy = load(AutoModelForCausalLM, exported / "policy")
        reward = load(AutoModelForSequenceClassification, exported / "reward")
        with torch.no_grad():
            of_policy = check_policy(policy, logits)
            of_reward_model = check_reward_model(reward, scores)
        for kind in ("policy", "reward"):
            check_tokenizer(exported / kind, fixtures / kind)
        print(f"{type(policy).__name__}: logits {of_policy:.1e}")
        print(f"{type(reward).__name__}: rewards {of_reward_model:.1e}")


if __name__ == "__main__":
    main()
