"""Fixtures of every family: files as transformers writes them, and what they give."""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor
from transformers import AutoConfig, PreTrainedTokenizerFast
from transformers.utils.logging import disable_progress_bar

from . import bpe
from .cases import END_OF_TEXT, VOCABULARY
from .families import (
    VARIANTS,
    Variant,
    make_policy,
    make_reward_model,
    save,
)
from .language_model import either_side, reward_pairs, sft


def save_tensors(path: Path, tensors: dict[str, Tensor]) -> None:
    """Write tensors as float32."""
    single = {k: v.detach().float().contiguous() for k, v in tensors.items()}
    save_file(single, path)


def write_old_config(variant: Variant, folder: Path) -> None:
    """Write the same config.json in transformers 4's words, once this one agrees."""
    entries = json.loads((folder / "config.json").read_text())
    old = {k: v for k, v in entries.items() if k not in variant.new_entries}
    old.update(variant.old_entries or {})
    path = folder / "config-transformers-4.json"
    path.write_text(json.dumps(old, indent=2) + "\n")
    read, written = (
        json.loads(AutoConfig.from_pretrained(each).to_json_string())
        for each in (path, folder)
    )
    assert read == written, (read, written)


def write_family(name: str, variant: Variant, folder: Path) -> None:
    """Write `policy`, `reward` and the numbers expected of them."""
    torch.manual_seed(20)
    policy = make_policy(variant)
    reward_model = make_reward_model(variant, policy)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=bpe.gpt2(VOCABULARY), eos_token=END_OF_TEXT
    )
    for kind, model in (("policy", policy), ("reward", reward_model)):
        save(variant, model, folder / kind)
        tokenizer.save_pretrained(folder / kind)
    if variant.old_entries:
        write_old_config(variant, folder / "policy")
    # The weights as stored are what both sides start from.
    save_tensors(folder / "sft.safetensors", either_side(sft, policy.double()))
    pairs = either_side(reward_pairs, reward_model.double())
    save_tensors(folder / "reward-pairs.safetensors", pairs)
    print(f"{name}: {type(policy).__name__}, {type(reward_model).__name__}")


def write_families(folder: Path) -> None:
    """Write the fixtures of every variant."""
    disable_progress_bar()
    for name, variant in VARIANTS.items():
        write_family(name, variant, folder / name)


def write_tokenizers(folder: Path) -> None:
    """Write every tokenizer with the ids that it gives to tricky texts."""
    for name, train in bpe.ALL.items():
        tokenizer = train()
        (folder / name).mkdir(parents=True, exist_ok=True)
        tokenizer.save(str(folder / name / "tokenizer.json"))
        texts = json.dumps(bpe.texts(tokenizer), ensure_ascii=False, indent=1)
        (folder / name / "texts.json").write_text(texts + "\n")
