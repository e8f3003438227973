"""PPO's formulas (Stiennon et al. 2020, appendix B.1; Huang et al. 2024), those of packages/learning/losses in PyTorch."""

from collections.abc import Sequence

import torch
from torch import Tensor


def token_rewards(
    log_probs: Tensor, reference: Tensor, score: float, kl_coefficient: float
) -> Tensor:
    """−β (log π − log π_SFT) of each token of a response, and the score at its last. [T]"""
    rewards = -kl_coefficient * (log_probs - reference)
    rewards[-1] += score
    return rewards


def generalised_advantages(
    rewards: Tensor, values: Tensor, gamma: float, lambda_: float
) -> tuple[Tensor, Tensor]:
    """Advantages and returns of one response. [T]"""
    next_values = torch.cat([values[1:], values.new_zeros(1)])
    deltas = rewards + gamma * next_values - values
    advantages, following = [], 0.0
    for delta in reversed(deltas.tolist()):
        following = delta + gamma * lambda_ * following
        advantages.append(following)
    result = values.new_tensor(advantages[::-1])
    return result, result + values


def whiten(parts: Sequence[Tensor]) -> list[Tensor]:
    """Over the tokens of all parts."""
    values = torch.cat(list(parts))
    scale = (values.var(unbiased=False) + 1e-8).rsqrt()
    return list(((values - values.mean()) * scale).split([len(part) for part in parts]))


def policy_loss(
    log_probs: Tensor, old: Tensor, advantages: Tensor, clip_range: float
) -> Tensor:
    ratio = (log_probs - old).exp()
    clipped = ratio.clamp(1 - clip_range, 1 + clip_range)
    return torch.maximum(-advantages * ratio, -advantages * clipped).mean()


def value_loss(
    values: Tensor, old: Tensor, returns: Tensor, clip_range: float
) -> Tensor:
    clipped = old + (values - old).clamp(-clip_range, clip_range)
    return (
        0.5
        * torch.maximum(
            (values - returns).square(), (clipped - returns).square()
        ).mean()
    )


def policy_statistics(
    log_probs: Tensor, old: Tensor, clip_range: float
) -> dict[str, float]:
    difference = log_probs - old
    ratio = difference.exp()
    return {
        "ratio": ratio.mean().item(),
        "approx_kl": (ratio - 1 - difference).mean().item(),
        "clip_fraction": ((ratio - 1).abs() > clip_range).float().mean().item(),
    }
