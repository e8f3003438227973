"""One tiny random model of every family that Laurel reads, and how it is saved."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from transformers import (
    AutoModelForCausalLM,
    AutoModelForSequenceClassification,
    GPT2Config,
    GPTNeoXConfig,
    LlamaConfig,
    PreTrainedConfig,
    Qwen2Config,
)

from . import bpe
from .cases import PADDING, VOCABULARY

SIZE = {
    "vocab_size": VOCABULARY,
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "max_position_embeddings": 64,
    "intermediate_size": 48,
}
TOKENS = {"pad_token_id": PADDING, "bos_token_id": 0, "eos_token_id": 0}
# Wavelengths of 6, 20, 63 and 199 tokens: of which it keeps the first, stretches the
# last two by the whole factor and the second by part of it.
LLAMA_3_ROTARY = {
    "rope_type": "llama3",
    "rope_theta": 100.0,
    "factor": 4.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 32,
}


@dataclass
class Variant:
    """A model's configuration, and how its files hold it."""

    config: PreTrainedConfig
    # For transformers 5 a Qwen2 model's tokenizer is Qwen2's, whatever its files say.
    tokenizer: Callable[[int], Tokenizer] = bpe.gpt2
    dtype: torch.dtype = torch.float32
    max_shard_size: str = "1GB"
    seed: int = 20
    # Whether PPO's and DPO's losses are computed, beside those of all families.
    every_loss: bool = False
    # Entries of config.json as transformers 4, which wrote most of the hub, names them.
    old_entries: dict[str, Any] | None = None
    # What those take the place of.
    new_entries: tuple[str, ...] = ("rope_parameters", "dtype")


def gpt_neox(*, parallel: bool) -> GPTNeoXConfig:
    """Half of each head's features turn; the residual is parallel or sequential."""
    return GPTNeoXConfig(
        **SIZE,
        **TOKENS,
        rope_parameters={
            "rope_type": "default",
            "rope_theta": 10000.0,
            "partial_rotary_factor": 0.5,
        },
        use_parallel_residual=parallel,
        classifier_dropout=0.0,
    )


VARIANTS = {
    "gpt2": Variant(
        GPT2Config(
            vocab_size=VOCABULARY,
            n_positions=64,
            n_embd=32,
            n_layer=2,
            n_head=4,
            attn_pdrop=0.0,
            embd_pdrop=0.0,
            resid_pdrop=0.0,
            **TOKENS,
        ),
        every_loss=True,
        old_entries={"torch_dtype": "float32"},
    ),
    "gpt_neox": Variant(
        gpt_neox(parallel=True),
        dtype=torch.float16,
        old_entries={
            "rotary_pct": 0.5,
            "rotary_emb_base": 10000,
            "torch_dtype": "float16",
        },
    ),
    "gpt_neox_sequential": Variant(gpt_neox(parallel=False)),
    "llama": Variant(
        LlamaConfig(
            **SIZE,
            **TOKENS,
            num_key_value_heads=2,
            rope_parameters=LLAMA_3_ROTARY,
            tie_word_embeddings=False,
        ),
        tokenizer=bpe.llama_3,
        max_shard_size="60KB",
        every_loss=True,
        old_entries={
            "rope_theta": LLAMA_3_ROTARY["rope_theta"],
            "rope_scaling": {
                k: v for k, v in LLAMA_3_ROTARY.items() if k != "rope_theta"
            },
            "torch_dtype": "float32",
        },
    ),
    "qwen2": Variant(
        Qwen2Config(
            **SIZE,
            **TOKENS,
            num_key_value_heads=2,
            rope_parameters={"rope_type": "default", "rope_theta": 1000000.0},
            tie_word_embeddings=True,
        ),
        tokenizer=bpe.qwen2,
        dtype=torch.bfloat16,
        seed=21,
        old_entries={
            "rope_theta": 1000000.0,
            "rope_scaling": None,
            "torch_dtype": "bfloat16",
        },
        new_entries=("rope_parameters", "dtype", "layer_types"),
    ),
}


def rounded(model: Any, dtype: torch.dtype) -> Any:
    """Round weights alone: `to` would round the rotary frequencies too."""
    for parameter in model.parameters():
        parameter.data = parameter.data.to(dtype)
    return model


def make_policy(variant: Variant) -> Any:
    """Make a policy with weights large enough that every error shows."""
    policy = AutoModelForCausalLM.from_config(variant.config, dtype=torch.float32)
    with torch.no_grad():
        for parameter in policy.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.15)
    return rounded(policy, variant.dtype)


def make_reward_model(variant: Variant, policy: Any) -> Any:
    """Make a reward model from a policy: its backbone with a scalar head."""
    config = copy.deepcopy(variant.config)
    config.num_labels = 1
    model: Any = AutoModelForSequenceClassification.from_config(
        config, dtype=torch.float32
    )
    torch.nn.init.normal_(model.score.weight, std=(32 + 1) ** -0.5)
    rounded(model, variant.dtype)
    model.base_model.load_state_dict(policy.base_model.state_dict())
    return model


def save(variant: Variant, model: Any, folder: Path) -> None:
    """Write a model's files as transformers does."""
    model.save_pretrained(folder, max_shard_size=variant.max_shard_size)
