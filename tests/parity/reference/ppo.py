"""What PPO stores of its samples, its two losses and their statistics."""

import copy
from typing import Any

import torch
from torch import Tensor, nn

from .batch import Batch, log_probs, pad, response_logits
from .cases import LENGTHS, PPO, TEMPERATURE
from .language_model import gradients


class ValueNetwork(nn.Module):
    """The reward model's backbone with a scalar head that has a bias."""

    def __init__(self, reward_model: Any) -> None:
        super().__init__()
        self.base_model_prefix = reward_model.base_model_prefix
        setattr(self, self.base_model_prefix, copy.deepcopy(reward_model.base_model))
        self.score = nn.Linear(reward_model.config.hidden_size, 1).double()
        self.score.weight = nn.Parameter(reward_model.score.weight.detach().clone())
        nn.init.constant_(self.score.bias, 0.3)

    def forward(self, batch: Batch) -> Tensor:
        """Values where the completions' tokens are predicted. [R]."""
        backbone = getattr(self, self.base_model_prefix)
        hidden = backbone(**batch.inputs()).last_hidden_state
        values: Tensor = self.score(hidden[:, :-1][batch.before_response()])
        return values[:, 0]


def whiten(values: Tensor, *, shift_mean: bool = True) -> Tensor:
    """Scale to variance 1, as the paper's code does; the mean goes or stays."""
    mean, variance = values.mean(), values.var(correction=0)
    whitened = (values - mean) * torch.rsqrt(variance + 1e-8)
    return whitened if shift_mean else whitened + mean


def advantage_estimates(
    token_rewards: Tensor, values: Tensor, mask: Tensor
) -> tuple[Tensor, Tensor]:
    """Advantages and returns over padding on the right. [B, T]."""
    advantages = torch.zeros_like(values)
    following = torch.zeros_like(values[:, 0])
    for t in reversed(range(values.shape[1])):
        last = t + 1 == values.shape[1]
        next_value = 0 if last else values[:, t + 1] * mask[:, t + 1]
        delta = token_rewards[:, t] + PPO["gamma"] * next_value - values[:, t]
        following = (delta + PPO["gamma"] * PPO["lambda"] * following) * mask[:, t]
        advantages[:, t] = following
    return advantages, (advantages + values) * mask


def stored(values: Tensor) -> Tensor:
    """Round to what the fixtures hold, so that both sides start from the same."""
    return values.float().double()


def noise(*shape: int) -> Tensor:
    """Normal noise."""
    return torch.randn(shape).double()


def rollout(policy: Any, value_network: ValueNetwork) -> dict[str, Tensor]:
    """What PPO would have stored of the completions, noised so that clipping occurs."""
    batch, real = pad("right"), sum(LENGTHS)
    with torch.no_grad():
        logits = response_logits(policy, batch) / TEMPERATURE
        old = stored(log_probs(logits, batch) + 0.3 * noise(real))
        values = stored(value_network(batch) + 0.3 * noise(real))
    reference = stored(old + 0.5 * noise(real))
    scores = stored(noise(len(LENGTHS)))

    lengths = torch.tensor(LENGTHS)
    mask = torch.arange(max(LENGTHS))[None] < lengths[:, None]
    token_rewards, padded_values = torch.zeros(2, *mask.shape, dtype=torch.float64)
    token_rewards[mask] = -PPO["kl_coefficient"] * (old - reference)
    token_rewards[torch.arange(len(LENGTHS)), lengths - 1] += scores
    # What stands at padded places must not matter: put noise there.
    token_rewards[~mask] = noise(int((~mask).sum()))
    padded_values[~mask] = noise(int((~mask).sum()))
    padded_values[mask] = values
    advantages, returns = advantage_estimates(token_rewards, padded_values, mask)
    return {
        "scores": scores,
        "old_log_probs": old,
        "reference_log_probs": reference,
        "old_values": values,
        "token_rewards": token_rewards[mask],
        "whitened_rewards": whiten(token_rewards[mask], shift_mean=False),
        "advantages": advantages[mask],
        "whitened_advantages": stored(whiten(advantages[mask])),
        "returns": stored(returns[mask]),
    }


def kl_estimators(log_p: Tensor, log_q: Tensor) -> dict[str, Tensor]:
    """Estimate KL(p || q) from samples of p (Schulman 2020), token by token."""
    log_ratio = log_q - log_p
    return {
        "k1": -log_ratio,
        "k2": log_ratio.square() / 2,
        "k3": log_ratio.exp() - 1 - log_ratio,
    }


def policy_loss(
    policy: Any, batch: Batch, samples: dict[str, Tensor]
) -> dict[str, Tensor]:
    """PPO's policy loss with its gradients and statistics."""
    current = log_probs(response_logits(policy, batch) / TEMPERATURE, batch)
    ratio = (current - samples["old_log_probs"]).exp()
    clipped = ratio.clamp(1 - PPO["clip_range"], 1 + PPO["clip_range"])
    gain = -samples["whitened_advantages"]
    loss = torch.max(gain * ratio, gain * clipped).mean()
    outside = (ratio - 1).abs() > PPO["clip_range"]
    return {
        "log_probs": current,
        "loss": loss,
        "ratio": ratio.mean(),
        "ratio_deviation": (ratio - 1).abs().max(),
        "approx_kl": kl_estimators(samples["old_log_probs"], current)["k3"].mean(),
        "clip_fraction": outside.double().mean(),
        **gradients(policy, loss),
    }


def value_loss(
    network: ValueNetwork, batch: Batch, samples: dict[str, Tensor]
) -> dict[str, Tensor]:
    """PPO's value loss, clipped and not; gradients of the clipped one."""
    values = network(batch)
    old, returns = samples["old_values"], samples["returns"]
    clip = PPO["value_clip_range"]
    clipped = old + (values - old).clamp(-clip, clip)
    loss = torch.max((values - returns).square(), (clipped - returns).square())
    assert (clipped != values).any() and (clipped == values).any()
    return {
        "values": values,
        "loss": 0.5 * loss.mean(),
        "unclipped_loss": 0.5 * (values - returns).square().mean(),
        **gradients(network, 0.5 * loss.mean()),
    }
