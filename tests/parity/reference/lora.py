"""Low-rank adaptation, written out for each family's own layout of its matrices.

Adapters have Laurel's names: A [in, r] and B [r, out] beside each of a block's four
products, in which queries, keys and values lie side by side, as do gate and up.
"""

from typing import Any

import torch
from torch import Tensor
from torch.func import functional_call

from .batch import Batch, log_probs
from .cases import LORA

PRODUCTS = ["attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj"]


def gpt2(config: Any, layer: int, product: str, delta: Tensor) -> dict[str, Tensor]:
    """Conv1D weights are [in, out], as the adapters are."""
    return {f"transformer.h.{layer}.{product}.weight": delta}


def gpt_neox(config: Any, layer: int, product: str, delta: Tensor) -> dict[str, Tensor]:
    """Queries, keys and values lie head by head."""
    linear = delta.T
    if product == "attn.c_attn":
        heads, width = config.num_attention_heads, config.hidden_size
        by_kind = linear.reshape(3, heads, width // heads, width)
        linear = by_kind.transpose(0, 1).reshape(3 * width, width)
    names = ["attention.query_key_value", "attention.dense"]
    names += ["mlp.dense_h_to_4h", "mlp.dense_4h_to_h"]
    name = names[PRODUCTS.index(product)]
    return {f"gpt_neox.layers.{layer}.{name}.weight": linear}


def llama(config: Any, layer: int, product: str, delta: Tensor) -> dict[str, Tensor]:
    """Queries, keys, values, gate and up are matrices of their own."""
    head = config.hidden_size // config.num_attention_heads
    queries, keys = head * config.num_attention_heads, head * config.num_key_value_heads
    inner = config.intermediate_size
    names, widths = {
        "attn.c_attn": (
            ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"],
            [queries, keys, keys],
        ),
        "attn.c_proj": (["self_attn.o_proj"], [config.hidden_size]),
        "mlp.c_fc": (["mlp.gate_proj", "mlp.up_proj"], [inner, inner]),
        "mlp.c_proj": (["mlp.down_proj"], [config.hidden_size]),
    }[product]
    parts = delta.T.split(widths)
    return {
        f"model.layers.{layer}.{name}.weight": part
        for name, part in zip(names, parts, strict=True)
    }


LAYOUTS = {"gpt2": gpt2, "gpt_neox": gpt_neox, "llama": llama, "qwen2": llama}


def make_adapters(policy: Any) -> dict[str, Tensor]:
    """Make random adapters: neither factor is 0, so that both have gradients."""
    config, rank = policy.config, int(LORA["rank"])
    adapters = {}
    for layer in range(config.num_hidden_layers):
        for product in PRODUCTS:
            for factor in ("A", "B"):
                rows, columns = shape(config, product)
                size = (rows, rank) if factor == "A" else (rank, columns)
                values = (0.2 * torch.randn(size)).double().requires_grad_()
                adapters[f"h.{layer}.{product}.lora_{factor}"] = values
    return adapters


def shape(config: Any, product: str) -> tuple[int, int]:
    """Rows and columns of a product: [in, out]."""
    width, inner = config.hidden_size, getattr(config, "intermediate_size", None)
    kv_heads = getattr(config, "num_key_value_heads", config.num_attention_heads)
    qkv = width + 2 * kv_heads * width // config.num_attention_heads
    gated = config.model_type in ("llama", "qwen2")
    inner = inner or 4 * width
    return {
        "attn.c_attn": (width, qkv),
        "attn.c_proj": (width, width),
        "mlp.c_fc": (width, 2 * inner if gated else inner),
        "mlp.c_proj": (inner, width),
    }[product]


def adapted(policy: Any, adapters: dict[str, Tensor]) -> dict[str, Tensor]:
    """Weights of every product, W + alpha / rank A B, by transformers' names."""
    layout = LAYOUTS[policy.config.model_type]
    base = dict(policy.named_parameters())
    weights = {}
    for layer in range(policy.config.num_hidden_layers):
        for product in PRODUCTS:
            name = f"h.{layer}.{product}"
            delta = adapters[f"{name}.lora_A"] @ adapters[f"{name}.lora_B"]
            scaled = LORA["alpha"] / LORA["rank"] * delta
            for key, part in layout(policy.config, layer, product, scaled).items():
                weights[key] = base[key].detach() + part
    return weights


def lora_sft(
    policy: Any, batch: Batch, adapters: dict[str, Tensor]
) -> dict[str, Tensor]:
    """Logits and loss of the adapted policy, with gradients of the adapters alone."""
    output = functional_call(policy, adapted(policy, adapters), kwargs=batch.inputs())
    logits = output.logits[:, :-1][batch.before_response()]
    loss = -log_probs(logits, batch).mean()
    gradients = torch.autograd.grad(loss, list(adapters.values()))
    return {
        "logits": logits,
        "loss": loss,
        **adapters,
        **{
            f"gradient.{name}": gradient
            for name, gradient in zip(adapters, gradients, strict=True)
        },
    }
