"""GPT-2 with a key/value cache written in place, by hand: without what `generate` does around each token."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.functional import gelu, layer_norm, linear, scaled_dot_product_attention
from transformers import GPT2LMHeadModel

# Glossary: B rows, T tokens, H heads, D width, d width of a head, V vocabulary.

# A layer's number, queries, keys and values to what attention mixes. [B, H, T, d]
Attend = Callable[[int, Tensor, Tensor, Tensor], Tensor]


class CachedGpt2(nn.Module):
    """Decodes rows of equal length; the cache is allocated once for `rows` × `length` tokens."""

    def __init__(self, model: GPT2LMHeadModel, rows: int, length: int) -> None:
        super().__init__()
        config, body = model.config, model.transformer
        self.heads, self.width, self.epsilon = (
            config.n_head,
            config.n_embd,
            config.layer_norm_epsilon,
        )
        self.tokens, self.positions = body.wte.weight, body.wpe.weight
        self.final_norm = body.ln_f
        self.blocks = body.h
        # Conv1D has its matrices as [in, out]; `linear` is faster on [out, in].
        self.matrices = [
            [product.weight.t().contiguous() for product in _products(block)]
            for block in self.blocks
        ]
        shape = (
            rows,
            config.n_head,
            length,
            config.n_embd // config.n_head,
        )  # [B, H, T, d]
        self.cache = [
            [torch.zeros(shape, dtype=model.dtype) for _ in "kv"] for _ in self.blocks
        ]

    def prefill(self, tokens: Tensor) -> Tensor:
        """Fills the cache with [B, T] tokens; logits of the next one. [B, V]"""
        length = tokens.shape[1]
        x = self.tokens[tokens] + self.positions[:length]

        def attend(layer: int, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
            for cache, new in zip(self.cache[layer], (keys, values), strict=True):
                cache[:, :, :length] = new
            return scaled_dot_product_attention(queries, keys, values, is_causal=True)

        return self._logits(self._run(x, attend)[:, -1])

    def append(self, tokens: Tensor, position: int) -> Tensor:
        """Appends [B] tokens at a position; logits of the next one. [B, V]"""
        x = (self.tokens[tokens] + self.positions[position])[:, None]  # [B, 1, D]

        def attend(layer: int, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
            for cache, new in zip(self.cache[layer], (keys, values), strict=True):
                cache[:, :, position : position + 1] = new
            keys, values = (cache[:, :, : position + 1] for cache in self.cache[layer])
            return scaled_dot_product_attention(queries, keys, values)

        return self._logits(self._run(x, attend)[:, -1])

    def _run(self, x: Tensor, attend: Attend) -> Tensor:
        rows, length, _ = x.shape
        for layer, (block, matrices) in enumerate(
            zip(self.blocks, self.matrices, strict=True)
        ):
            qkv, out, up, down = (
                (matrix, product.bias)
                for matrix, product in zip(matrices, _products(block), strict=True)
            )
            parts = linear(self._norm(x, block.ln_1), *qkv).view(
                rows, length, 3, self.heads, -1
            )
            queries, keys, values = parts.permute(2, 0, 3, 1, 4)  # [B, H, T, d]
            mixed = (
                attend(layer, queries, keys, values)
                .transpose(1, 2)
                .reshape(rows, length, self.width)
            )
            x = x + linear(mixed, *out)
            x = x + linear(
                gelu(linear(self._norm(x, block.ln_2), *up), approximate="tanh"), *down
            )
        return x

    def _norm(self, x: Tensor, norm: nn.LayerNorm) -> Tensor:
        return layer_norm(x, (self.width,), norm.weight, norm.bias, self.epsilon)

    def _logits(self, x: Tensor) -> Tensor:
        return linear(self._norm(x, self.final_norm), self.tokens)


def _products(block: nn.Module) -> list[nn.Module]:
    return [block.attn.c_attn, block.attn.c_proj, block.mlp.c_fc, block.mlp.c_proj]
