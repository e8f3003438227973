"""One small tokenizer of every kind that Laurel reads, and what each makes of texts."""

import json
from collections.abc import Callable
from typing import Any

from tokenizers import (
    Regex,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    trainers,
)

from .cases import END_OF_TEXT
from .tokenizer_texts import TRAINING, TRICKY

# How Llama 3 and Qwen2 split; they differ in how many digits stay together.
SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|%s"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
LLAMA_3_SPLIT = SPLIT % r"\p{N}{1,3}"
QWEN2_SPLIT = SPLIT % r"\p{N}"


def train(
    tokenizer: Tokenizer, vocabulary: int, special: list[str], **more: Any
) -> None:
    """Train on the synthetic texts."""
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary, special_tokens=special, show_progress=False, **more
    )
    tokenizer.train_from_iterator(TRAINING, trainer)


def gpt2(vocabulary: int = 700) -> Tokenizer:
    """Byte-level, split as GPT-2 does."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    train(tokenizer, vocabulary, [END_OF_TEXT], initial_alphabet=alphabet)
    return tokenizer


def llama_3(vocabulary: int = 700) -> Tokenizer:
    """Byte-level, split as Llama 3 does; whole words of the vocabulary are one token."""
    return split_byte_level(vocabulary, LLAMA_3_SPLIT, ignore_merges=True, nfc=False)


def qwen2(vocabulary: int = 700) -> Tokenizer:
    """Byte-level, split as Qwen2 does, after composing characters."""
    return split_byte_level(vocabulary, QWEN2_SPLIT, ignore_merges=False, nfc=True)


def split_byte_level(
    vocabulary: int, regex: str, *, ignore_merges: bool, nfc: bool
) -> Tokenizer:
    """Byte-level after a Split of its own."""
    tokenizer = Tokenizer(models.BPE(ignore_merges=ignore_merges))
    if nfc:
        tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(regex), behavior="isolated", invert=False),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    train(tokenizer, vocabulary, [END_OF_TEXT], initial_alphabet=alphabet)
    return tokenizer


def llama_2(*, metaspace: bool) -> Tokenizer:
    """BPE on characters with byte fall-back, in Llama 2's setting.

    Its files hold either of two forms: a normaliser that puts a ▁ before the text and
    in place of spaces, or the Metaspace pre-tokenizer, which does so once at the start.
    """
    byte_tokens = [f"<0x{byte:02X}>" for byte in range(256)]
    special = ["<unk>", "<s>", END_OF_TEXT]
    tokenizer = Tokenizer(
        models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True)
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    # Characters of few texts stay out of the vocabulary, so that bytes stand for them.
    train(tokenizer, 600, special + byte_tokens, limit_alphabet=80)
    # Words are apart while it learns and whole texts are merged afterwards, as in Llama.
    if metaspace:
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(
            prepend_scheme="first", split=False
        )
    else:
        tokenizer.pre_tokenizer = None
        tokenizer.normalizer = normalizers.Sequence(
            [normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]
        )
    tokenizer.decoder = decoders.Sequence(
        [
            decoders.Replace("▁", " "),
            decoders.ByteFallback(),
            decoders.Fuse(),
            decoders.Strip(content=" ", left=1),
        ]
    )
    return without_added(tokenizer, byte_tokens)


def without_added(tokenizer: Tokenizer, tokens: list[str]) -> Tokenizer:
    """Leave tokens to the vocabulary alone, so that texts that spell them stay text."""
    state = json.loads(tokenizer.to_str())
    added = [token for token in state["added_tokens"] if token["content"] not in tokens]
    return Tokenizer.from_str(json.dumps({**state, "added_tokens": added}))


ALL: dict[str, Callable[[], Tokenizer]] = {
    "gpt2": gpt2,
    "llama3": llama_3,
    "qwen2": qwen2,
    "llama2": lambda: llama_2(metaspace=False),
    "llama2_metaspace": lambda: llama_2(metaspace=True),
}


def texts(tokenizer: Tokenizer) -> list[dict[str, Any]]:
    """Ids of every tricky text, and what they decode to."""
    encoded = [
        (text, tokenizer.encode(text, add_special_tokens=False).ids) for text in TRICKY
    ]
    return [
        {"text": text, "ids": ids, "decoded": tokenizer.decode(ids)}
        for text, ids in encoded
    ]
