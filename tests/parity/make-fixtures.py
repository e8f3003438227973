"""Write the fixtures that Laurel's learning core is compared with.

Everything is computed by PyTorch and transformers, in float64, on padded batches: once
padded on the left and once on the right, which must agree before anything is written.
Laurel computes the same from packed segments, without padding.

    python3 -m venv .laurel/parity-venv
    .laurel/parity-venv/bin/pip install -r tests/parity/requirements.txt
    .laurel/parity-venv/bin/python tests/parity/make-fixtures.py
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from reference.family_fixtures import write_families, write_tokenizers
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from torch import Tensor, nn
from transformers import (
    GPT2Config,
    GPT2ForSequenceClassification,
    GPT2LMHeadModel,
)

FIXTURES = Path(__file__).parent / "fixtures"
END_OF_TEXT = "<|endoftext|>"
PADDING = 1
TEMPERATURE = 0.7
PPO = {"gamma": 0.98, "lambda": 0.95, "clip": 0.2, "kl_coefficient": 0.05}
ADAMW = {"lr": 0.01, "beta1": 0.9, "beta2": 0.95, "eps": 1e-8, "weight_decay": 0.1}

CORPUS = [
    "The ferry leaves the harbour at nine and returns before noon.",
    "The harbour master said that the ferry would be late again.",
    "It's nine o'clock: they're waiting at the harbour, aren't they?",
]
TEXTS = [
    "The ferry",
    " The ferry",
    "  two spaces before, one after ",
    "line one\nline two\n\n  indented\ttabbed",
    "It's 12,345.67 they're we'll I'd",
    "naïve café — “quoted” 漢字 🙂👩‍👩‍👧 e\u0301",
    f"ended{END_OF_TEXT} and begun",
    "zero\u0000width\u200bspace\u00a0no-break",
    "",
]

# Prompts and their two completions, better first; each completion ends with end of
# text, id 0. Lengths differ everywhere, so that every row is padded differently.
GROUPS = [
    ([5, 17, 33, 80, 121, 9], [[40, 41, 42, 0], [50, 51, 0]]),
    ([270, 12, 13], [[60, 0], [61, 62, 63, 64, 65, 0]]),
    ([88, 89, 90, 91], [[14, 15, 16, 0], [14, 15, 200, 201, 0]]),
]


@dataclass
class Batch:
    """Sequences padded to equal length. All [B, T]; `response` marks completions."""

    tokens: Tensor
    mask: Tensor
    positions: Tensor
    response: Tensor


def pad(side: str) -> Batch:
    """Pad every prompt and completion on one side."""
    rows = [(p, c) for p, completions in GROUPS for c in completions]
    width = max(len(p) + len(c) for p, c in rows)
    tokens, mask, response = [], [], []
    for prompt, completion in rows:
        space = width - len(prompt) - len(completion)
        before, after = (space, 0) if side == "left" else (0, space)
        tokens.append([PADDING] * before + prompt + completion + [PADDING] * after)
        real = len(prompt) + len(completion)
        mask.append([0] * before + [1] * real + [0] * after)
        marks = [0] * len(prompt) + [1] * len(completion)
        response.append([0] * before + marks + [0] * after)
    attended = torch.tensor(mask)
    return Batch(
        tokens=torch.tensor(tokens),
        mask=attended,
        positions=(attended.cumsum(1) - 1).clamp(min=0),
        response=torch.tensor(response).bool(),
    )


def train_tokenizer() -> Tokenizer:
    """Train a small byte-level BPE, with end of text as id 0."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=280,
        special_tokens=[END_OF_TEXT],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    return tokenizer


def make_model() -> GPT2ForSequenceClassification:
    """Make a tiny reward model with weights large enough that every error shows."""
    config = GPT2Config(
        vocab_size=280,
        n_positions=24,
        n_embd=16,
        n_layer=2,
        n_head=2,
        pad_token_id=PADDING,
        bos_token_id=0,
        eos_token_id=0,
        attn_pdrop=0.0,
        embd_pdrop=0.0,
        resid_pdrop=0.0,
    )
    config.num_labels = 1
    model = GPT2ForSequenceClassification(config)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.15)
    return model


def language_model(reward_model: GPT2ForSequenceClassification) -> GPT2LMHeadModel:
    """The policy with the reward model's backbone and a tied head."""
    policy = GPT2LMHeadModel(reward_model.config)
    policy.transformer.load_state_dict(reward_model.transformer.state_dict())
    policy.tie_weights()
    return policy.double()


def response_logits(policy: GPT2LMHeadModel, batch: Batch) -> Tensor:
    """Logits that predict the completions' tokens. [R, V]."""
    output = policy(
        input_ids=batch.tokens,
        attention_mask=batch.mask,
        position_ids=batch.positions,
    )
    return output.logits[:, :-1][batch.response[:, 1:]]


def log_probs(logits: Tensor, batch: Batch) -> Tensor:
    """Log probabilities of the completions' tokens. [R]."""
    targets = batch.tokens[batch.response]
    return logits.log_softmax(-1).gather(1, targets[:, None])[:, 0]


def rewards(model: GPT2ForSequenceClassification, batch: Batch) -> Tensor:
    """Rewards as transformers reads them, at the last token not padded. [B]."""
    output = model(
        input_ids=batch.tokens,
        attention_mask=batch.mask,
        position_ids=batch.positions,
    )
    return output.logits[:, 0]


class ValueNetwork(nn.Module):
    """The reward model's backbone with a scalar head that has a bias."""

    def __init__(self, reward_model: GPT2ForSequenceClassification) -> None:
        super().__init__()
        self.transformer = reward_model.transformer
        self.score = nn.Linear(reward_model.config.n_embd, 1).double()
        self.score.weight = reward_model.score.weight
        nn.init.constant_(self.score.bias, 0.3)

    def forward(self, batch: Batch) -> Tensor:
        """Values where the completions' tokens are predicted. [R]."""
        hidden = self.transformer(
            input_ids=batch.tokens,
            attention_mask=batch.mask,
            position_ids=batch.positions,
        ).last_hidden_state
        return self.score(hidden[:, :-1][batch.response[:, 1:]])[:, 0]


def gradients(model: nn.Module, loss: Tensor) -> dict[str, Tensor]:
    """Every gradient, by Laurel's names."""
    model.zero_grad()
    loss.backward()
    return {
        name.removeprefix("transformer."): parameter.grad.clone()
        for name, parameter in model.named_parameters()
        if parameter.grad is not None
    }


def advantage_estimates(
    token_rewards: Tensor, values: Tensor, mask: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Advantages, whitened advantages and returns over padding on the right. [B, T]."""
    advantages = torch.zeros_like(values)
    following = torch.zeros_like(values[:, 0])
    for t in reversed(range(values.shape[1])):
        last = t + 1 == values.shape[1]
        next_value = 0 if last else values[:, t + 1] * mask[:, t + 1]
        delta = token_rewards[:, t] + PPO["gamma"] * next_value - values[:, t]
        following = (delta + PPO["gamma"] * PPO["lambda"] * following) * mask[:, t]
        advantages[:, t] = following
    real = advantages[mask]
    whitened = (advantages - real.mean()) / (real.var(correction=0) + 1e-8).sqrt()
    return advantages, whitened, (advantages + values) * mask


def sft(model: GPT2ForSequenceClassification, batch: Batch) -> dict[str, Tensor]:
    """Logits, loss and gradients of the language-model loss on all completions."""
    policy = language_model(model)
    logits = response_logits(policy, batch)
    loss = -log_probs(logits, batch).mean()
    return {"logits": logits, "loss": loss, **gradients(policy, loss)}


def reward_pairs(
    model: GPT2ForSequenceClassification, batch: Batch
) -> dict[str, Tensor]:
    """Rewards, loss and gradients of the reward model's loss."""
    scores = rewards(model, batch)
    loss = -nn.functional.logsigmoid(scores[0::2] - scores[1::2]).mean()
    return {"rewards": scores, "loss": loss, **gradients(model, loss)}


def rollout(model: GPT2ForSequenceClassification) -> dict[str, Tensor]:
    """What PPO would have stored of the completions, noised so that clipping occurs."""
    batch = pad("right")
    lengths = [len(c) for _, completions in GROUPS for c in completions]
    real = sum(lengths)
    policy, value_network = language_model(model), ValueNetwork(model)
    with torch.no_grad():
        logits = response_logits(policy, batch) / TEMPERATURE
        old = log_probs(logits, batch) + 0.3 * torch.randn(real).double()
        reference = old + 0.5 * torch.randn(real).double()
        values = value_network(batch) + 0.3 * torch.randn(real).double()
    scores = torch.randn(len(lengths)).double()

    mask = torch.arange(max(lengths))[None] < torch.tensor(lengths)[:, None]
    padded = torch.zeros(mask.shape, dtype=torch.float64)
    token_rewards, padded_values = padded.clone(), padded.clone()
    token_rewards[mask] = -PPO["kl_coefficient"] * (old - reference)
    token_rewards[torch.arange(len(lengths)), torch.tensor(lengths) - 1] += scores
    # What stands at padded places must not matter: put noise there.
    token_rewards[~mask] = torch.randn(int((~mask).sum())).double()
    padded_values[~mask] = torch.randn(int((~mask).sum())).double()
    padded_values[mask] = values
    advantages, whitened, returns = advantage_estimates(
        token_rewards, padded_values, mask
    )
    return {
        "scores": scores,
        "old_log_probs": old,
        "reference_log_probs": reference,
        "old_values": values,
        "token_rewards": token_rewards[mask],
        "advantages": advantages[mask],
        "whitened_advantages": whitened[mask],
        "returns": returns[mask],
    }


def ppo_policy(
    model: GPT2ForSequenceClassification, batch: Batch, stored: dict[str, Tensor]
) -> dict[str, Tensor]:
    """PPO's policy loss with its gradients and statistics."""
    policy = language_model(model)
    current = log_probs(response_logits(policy, batch) / TEMPERATURE, batch)
    ratio = (current - stored["old_log_probs"]).exp()
    clipped = ratio.clamp(1 - PPO["clip"], 1 + PPO["clip"])
    gain = -stored["whitened_advantages"]
    loss = torch.max(gain * ratio, gain * clipped).mean()
    outside = ((ratio - 1).abs() > PPO["clip"]).double()
    return {
        "log_probs": current,
        "loss": loss,
        "ratio": ratio.mean(),
        "approx_kl": (current - stored["old_log_probs"]).square().mean() / 2,
        "clip_fraction": outside.mean(),
        **gradients(policy, loss),
    }


def ppo_value(
    model: GPT2ForSequenceClassification, batch: Batch, stored: dict[str, Tensor]
) -> dict[str, Tensor]:
    """PPO's value loss with its gradients."""
    network = ValueNetwork(model)
    values = network(batch)
    old, returns = stored["old_values"], stored["returns"]
    clipped = old + (values - old).clamp(-PPO["clip"], PPO["clip"])
    loss = torch.max((values - returns).square(), (clipped - returns).square())
    loss = 0.5 * loss.mean()
    return {"values": values, "loss": loss, **gradients(network, loss)}


def adamw_twice(
    model: GPT2ForSequenceClassification, grads: dict[str, Tensor]
) -> dict[str, Tensor]:
    """Parameters after two steps of AdamW with the same gradients."""
    named = {
        name.removeprefix("transformer."): parameter.detach().clone()
        for name, parameter in model.named_parameters()
    }
    groups: list[dict[str, Any]] = [
        {"params": [p for p in named.values() if p.dim() == 2]},
        {"params": [p for p in named.values() if p.dim() == 1], "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW(
        groups,
        lr=ADAMW["lr"],
        betas=(ADAMW["beta1"], ADAMW["beta2"]),
        eps=ADAMW["eps"],
        weight_decay=ADAMW["weight_decay"],
    )
    for name, parameter in named.items():
        parameter.grad = grads[name]
    optimiser.step()
    optimiser.step()
    return named


def both_sides(name: str, left: dict[str, Tensor], right: dict[str, Tensor]) -> None:
    """Write a fixture, once padding on either side has given the same."""
    for key, value in right.items():
        torch.testing.assert_close(left[key], value, rtol=1e-9, atol=1e-12)
    save(name, right)


def save(name: str, tensors: dict[str, Tensor]) -> None:
    """Write tensors as float32."""
    single = {k: v.detach().float().contiguous() for k, v in tensors.items()}
    save_file(single, FIXTURES / f"{name}.safetensors")


def main() -> None:
    """Write every fixture."""
    FIXTURES.mkdir(exist_ok=True)
    write_tokenizers(FIXTURES / "tokenizers")
    write_families(FIXTURES / "families")
    torch.manual_seed(20)
    model = make_model()
    model.save_pretrained(FIXTURES / "model")
    tokenizer = train_tokenizer()
    tokenizer.save(str(FIXTURES / "model" / "tokenizer.json"))
    # The weights as stored, float32, are what both sides start from.
    model = model.double()

    left, right = pad("left"), pad("right")
    both_sides("sft", sft(model, left), sft(model, right))
    pairs = reward_pairs(model, right)
    both_sides("reward", reward_pairs(model, left), pairs)
    stored = rollout(model)
    save("rollout", stored)
    both_sides(
        "policy", ppo_policy(model, left, stored), ppo_policy(model, right, stored)
    )
    both_sides("value", ppo_value(model, left, stored), ppo_value(model, right, stored))
    save("adamw", adamw_twice(model, pairs))

    halves = torch.tensor([[1.5, -0.25, 3.1416], [65504.0, 6e-8, -0.0]])
    save_file(
        {"half": halves.half(), "brain": halves.bfloat16()},
        FIXTURES / "half-precision.safetensors",
    )
    cases = {
        "groups": [{"prefix": p, "continuations": c} for p, c in GROUPS],
        "temperature": TEMPERATURE,
        "ppo": PPO,
        "adamw": ADAMW,
        "half_precision": {
            "half": halves.half().float().tolist(),
            "brain": halves.bfloat16().float().tolist(),
        },
        "texts": [
            {"text": text, "ids": ids, "decoded": tokenizer.decode(ids)}
            for text in TEXTS
            for ids in [tokenizer.encode(text, add_special_tokens=False).ids]
        ],
    }
    (FIXTURES / "cases.json").write_text(json.dumps(cases, indent=1) + "\n")


if __name__ == "__main__":
    main()
