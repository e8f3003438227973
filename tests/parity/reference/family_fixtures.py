"""Fixtures of every family: files as transformers writes them, and what they give."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor
from transformers import AutoConfig, PreTrainedTokenizerFast
from transformers.utils.logging import disable_progress_bar

from . import bpe
from .batch import pad
from .cases import END_OF_TEXT, VOCABULARY
from .families import VARIANTS, Variant, make_policy, make_reward_model, save
from .generation import generation
from .language_model import either_side, reward_pairs, sft
from .lora import lora_sft, make_adapters
from .ppo import ValueNetwork, kl_estimators, policy_loss, rollout, value_loss
from .preferences import dpo, make_reference
from .training import train


def save_tensors(path: Path, tensors: dict[str, Tensor]) -> None:
    """Write tensors as float32."""
    single = {k: v.detach().float().contiguous() for k, v in tensors.items()}
    save_file(single, path)


def write_json(path: Path, value: Any) -> None:
    """Write readable JSON."""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def write_old_config(variant: Variant, folder: Path) -> None:
    """Write the same config.json in transformers 4's words, once this one agrees."""
    entries = json.loads((folder / "config.json").read_text())
    old = {k: v for k, v in entries.items() if k not in variant.new_entries}
    old.update(variant.old_entries or {})
    path = folder / "config-transformers-4.json"
    write_json(path, old)
    read, written = (
        json.loads(AutoConfig.from_pretrained(each).to_json_string())
        for each in (path, folder)
    )
    assert read == written, (read, written)


def write_models(variant: Variant, folder: Path) -> tuple[Any, Any]:
    """Write a policy and a reward model; give them back in float64."""
    torch.manual_seed(variant.seed)
    policy = make_policy(variant)
    reward_model = make_reward_model(variant, policy)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=variant.tokenizer(VOCABULARY), eos_token=END_OF_TEXT
    )
    for kind, model in (("policy", policy), ("reward", reward_model)):
        save(variant, model, folder / kind)
        tokenizer.save_pretrained(folder / kind)
    if variant.old_entries:
        write_old_config(variant, folder / "policy")
    # The weights as stored are what both sides start from.
    return policy.double(), reward_model.double()


def write_ppo(policy: Any, reward_model: Any, folder: Path) -> None:
    """Write samples, and the losses of both of PPO's networks."""
    value_network = ValueNetwork(reward_model)
    samples = rollout(policy, value_network)
    kls = kl_estimators(samples["old_log_probs"], samples["reference_log_probs"])
    save_tensors(folder / "rollout.safetensors", {**samples, **kls})
    losses = {
        "ppo-policy": either_side(partial(policy_loss, samples=samples), policy),
        "ppo-value": either_side(partial(value_loss, samples=samples), value_network),
    }
    for name, tensors in losses.items():
        save_tensors(folder / f"{name}.safetensors", tensors)


def write_family(variant: Variant, folder: Path) -> None:
    """Write `policy`, `reward` and the numbers expected of them."""
    policy, reward_model = write_models(variant, folder)
    numbers = {
        "sft": either_side(sft, policy),
        "reward-pairs": either_side(reward_pairs, reward_model),
        "lora": either_side(partial(lora_sft, adapters=make_adapters(policy)), policy),
        "training": train(policy, pad("right")),
    }
    if variant.every_loss:
        reference = make_reference(policy, pad("right"))
        numbers["dpo"] = either_side(partial(dpo, reference=reference), policy)
        write_ppo(policy, reward_model, folder)
    for name, tensors in numbers.items():
        save_tensors(folder / f"{name}.safetensors", tensors)
    write_json(folder / "generation.json", generation(policy))


def write_families(folder: Path) -> None:
    """Write the fixtures of every variant."""
    disable_progress_bar()
    for name, variant in VARIANTS.items():
        print(name)
        write_family(variant, folder / name)


def write_tokenizers(folder: Path) -> None:
    """Write every tokenizer with the ids that it gives to tricky texts."""
    for name, make in bpe.ALL.items():
        tokenizer = make()
        (folder / name).mkdir(parents=True, exist_ok=True)
        tokenizer.save(str(folder / name / "tokenizer.json"))
        write_json(folder / name / "texts.json", bpe.texts(tokenizer))
