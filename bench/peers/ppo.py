"""
PPO in plain PyTorch, in the manner of vwxyzjn/summarize_from_feedback_details: `generate` with its cache, separate policy and value
networks. A round is one iteration. Better than theirs where that is easy: sequences sorted by length into batches, logits of response
tokens only, attention without a mask, the fused optimiser, frozen networks and the policy that samples in bfloat16 weights.
"""

import copy
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
from contestant import Contest
from ppo_formulas import (
    generalised_advantages,
    policy_loss,
    policy_statistics,
    token_rewards,
    value_loss,
    whiten,
)
from response_outputs import Batch, entropy_of, scalars_at, token_log_probs
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification

Item = TypeVar("Item")

# Sequences of like length that are computed together: what is fastest on 2 cores.
ROWS_PER_ROLLOUT = 16
ROWS_PER_PASS = 8

# By how much a ratio may differ from 1 before the first update: passes of other lengths round otherwise.
RATIO_TOLERANCE = {"float32": 1e-3, "autocast": 0.2}


@dataclass
class Episode:
    prompt: Tensor
    response: Tensor
    finished: bool
    score: float
    log_probs: Tensor = field(default_factory=lambda: torch.empty(0))
    reference: Tensor = field(default_factory=lambda: torch.empty(0))
    values: Tensor = field(default_factory=lambda: torch.empty(0))
    advantages: Tensor = field(default_factory=lambda: torch.empty(0))
    returns: Tensor = field(default_factory=lambda: torch.empty(0))
    entropy_sum: float = 0.0

    def __len__(self) -> int:
        return len(self.prompt) + len(self.response)


class Ppo:
    def __init__(self, folder: str, settings: dict[str, Any]) -> None:
        self.settings = settings["hyperparameters"]
        self.iterations = 0
        self.precision = settings["precision"]
        self.mixed = self.precision == "autocast"
        self.policy = AutoModelForCausalLM.from_pretrained(
            f"{folder}/policy", dtype=torch.float32
        )
        self.value = AutoModelForSequenceClassification.from_pretrained(
            f"{folder}/reward-model", dtype=torch.float32
        )
        score = self.value.score
        self.value.score = nn.Linear(score.in_features, 1)
        self.value.score.weight.data.copy_(score.weight.data)
        nn.init.zeros_(self.value.score.bias)
        frozen_type = torch.bfloat16 if self.mixed else torch.float32
        self.reference = copy.deepcopy(self.policy).to(frozen_type)
        self.reward = AutoModelForSequenceClassification.from_pretrained(
            f"{folder}/reward-model", dtype=frozen_type
        )
        self.sampler = (
            copy.deepcopy(self.policy).to(frozen_type) if self.mixed else self.policy
        )
        for model in (
            self.policy,
            self.value,
            self.reference,
            self.reward,
            self.sampler,
        ):
            model.eval()  # without dropout
        if settings.get("compile"):
            for model in (self.policy, self.value):
                model.transformer.compile(dynamic=True)
        self.end = self.policy.config.eos_token_id
        self.optimisers = {
            model: torch.optim.AdamW(
                model.parameters(),
                self.settings["learning_rate"],
                eps=1e-5,
                weight_decay=0,
                fused=True,
            )
            for model in (self.policy, self.value)
        }

    def iterate(
        self, prompts: list[Tensor]
    ) -> tuple[dict[str, float], dict[str, float]]:
        """One iteration: its statistics, and seconds by phase."""
        start = time.perf_counter()
        with torch.no_grad():
            responses = self.roll_out(prompts)
        sampled = time.perf_counter()
        episodes = [
            Episode(
                prompt,
                response,
                bool((response == self.end).any()),
                self.settings["missing_end_penalty"],
            )
            for prompt, response in zip(prompts, responses, strict=True)
        ]
        with torch.no_grad():
            self.measure(episodes)
        self.assign_advantages(episodes)
        measured = time.perf_counter()
        self.set_learning_rate()
        updates = [self.update(minibatch) for minibatch in self.minibatches(episodes)]
        first = updates[0]["ratio_deviation"]
        if first > RATIO_TOLERANCE[self.precision]:
            raise RuntimeError(
                f"before the first update a ratio differs from 1 by {first}"
            )
        self.iterations += 1
        end = time.perf_counter()
        statistics = {
            name: sum(update[name] for update in updates) / len(updates)
            for name in updates[0]
        }
        tokens = sum(len(episode.response) for episode in episodes)
        statistics |= {
            "score": sum(episode.score for episode in episodes) / len(episodes),
            "kl": sum((e.log_probs - e.reference).sum().item() for e in episodes)
            / len(episodes),
            "entropy": sum(episode.entropy_sum for episode in episodes) / tokens,
            "first_ratio_deviation": first,
        }
        figures = {
            "rolloutSeconds": sampled - start,
            "scoringSeconds": measured - sampled,
            "updateSeconds": end - measured,
            "responseTokens": tokens,
            "computedTokens": sum(map(len, episodes)),
        }
        return statistics, figures

    def roll_out(self, prompts: list[Tensor]) -> list[Tensor]:
        """A response to each prompt, up to and with its first end of text."""
        if self.mixed:
            for own, trained in zip(
                self.sampler.parameters(), self.policy.parameters(), strict=True
            ):
                own.copy_(trained)
        length = self.settings["response_length"]
        responses: dict[int, Tensor] = {}
        for chunk in _chunks(
            sorted(range(len(prompts)), key=lambda i: len(prompts[i])), ROWS_PER_ROLLOUT
        ):
            rows = [prompts[i] for i in chunk]
            tokens = pad_sequence(
                rows, batch_first=True, padding_side="left", padding_value=self.end
            )
            mask = pad_sequence(
                [torch.ones_like(row) for row in rows],
                batch_first=True,
                padding_side="left",
            )
            outputs = self.sampler.generate(
                tokens,
                attention_mask=mask,
                do_sample=True,
                temperature=self.settings["temperature"],
                top_k=0,
                max_new_tokens=length,
                eos_token_id=self.end,
                pad_token_id=self.end,
            )
            for i, row in zip(chunk, outputs[:, tokens.shape[1] :], strict=True):
                ends = (row == self.end).nonzero()
                responses[i] = row[: ends[0, 0] + 1] if len(ends) else row[:length]
        return [responses[i].clone() for i in range(len(prompts))]

    def measure(self, episodes: list[Episode]) -> None:
        """Scores of those that have an end; log π_old, log π_SFT and V_old of all."""
        temperature = self.settings["temperature"]
        for chunk in self._by_length(
            [episode for episode in episodes if episode.finished]
        ):
            batch = _batch(chunk)
            scores = scalars_at(self.reward, batch, batch.last_rows).tolist()
            for episode, score in zip(chunk, scores, strict=True):
                episode.score = score
        for chunk in self._by_length(episodes):
            batch = _batch(chunk)
            with self._precision():
                log_probs, logits = token_log_probs(self.policy, batch, temperature)
                values = scalars_at(self.value, batch, batch.rows)
            reference, _ = token_log_probs(self.reference, batch, temperature)
            entropy = entropy_of(logits)
            lengths = [len(episode.response) for episode in chunk]
            parts = (
                part.split(lengths) for part in (log_probs, reference, values, entropy)
            )
            for episode, own, sft, value, nats in zip(chunk, *parts, strict=True):
                episode.log_probs, episode.reference, episode.values = own, sft, value
                episode.entropy_sum = nats.sum().item()

    def assign_advantages(self, episodes: list[Episode]) -> None:
        settings = self.settings
        for episode in episodes:
            rewards = token_rewards(
                episode.log_probs,
                episode.reference,
                episode.score,
                settings["kl_coefficient"],
            )
            episode.advantages, episode.returns = generalised_advantages(
                rewards, episode.values, settings["gamma"], settings["lambda"]
            )
        for episode, whitened in zip(
            episodes, whiten([episode.advantages for episode in episodes]), strict=True
        ):
            episode.advantages = whitened

    def minibatches(self, episodes: list[Episode]) -> Iterable[list[Episode]]:
        for _ in range(self.settings["epochs"]):
            order = torch.randperm(len(episodes)).tolist()
            for chunk in _chunks(order, self.settings["minibatch_size"]):
                yield [episodes[i] for i in chunk]

    def set_learning_rate(self) -> None:
        """Falls linearly towards 0."""
        left = (
            1
            - self.iterations
            * self.settings["batch_size"]
            / self.settings["total_episodes"]
        )
        for optimiser in self.optimisers.values():
            for group in optimiser.param_groups:
                group["lr"] = left * self.settings["learning_rate"]

    def update(self, minibatch: list[Episode]) -> dict[str, float]:
        """One update of either network; gradients are accumulated over batches of like length."""
        settings = self.settings
        clip_range, value_clip_range = (
            settings["clip_range"],
            settings["value_clip_range"],
        )
        coefficient = settings["value_coefficient"]
        tokens = sum(len(episode.response) for episode in minibatch)
        sums: dict[str, float] = {}
        deviation = 0.0
        for chunk in self._by_length(minibatch):
            batch = _batch(chunk)
            weight = len(batch.targets) / tokens
            old, advantages, old_values, returns = (
                torch.cat([getattr(episode, name) for episode in chunk])
                for name in ("log_probs", "advantages", "values", "returns")
            )
            with self._precision():
                log_probs, _ = token_log_probs(
                    self.policy, batch, settings["temperature"]
                )
            loss = policy_loss(log_probs, old, advantages, clip_range)
            (weight * loss).backward()
            with self._precision():
                values = scalars_at(self.value, batch, batch.rows)
            loss_of_values = value_loss(values, old_values, returns, value_clip_range)
            (weight * coefficient * loss_of_values).backward()
            statistics = policy_statistics(log_probs.detach(), old, clip_range)
            statistics |= {
                "policy_loss": loss.item(),
                "value_loss": loss_of_values.item(),
            }
            for name, value in statistics.items():
                sums[name] = sums.get(name, 0.0) + weight * value
            deviation = max(
                deviation, ((log_probs.detach() - old).exp() - 1).abs().max().item()
            )
        for model, optimiser in self.optimisers.items():
            nn.utils.clip_grad_norm_(model.parameters(), settings["max_gradient_norm"])
            optimiser.step()
            optimiser.zero_grad()
        return sums | {"ratio_deviation": deviation}

    def _by_length(self, episodes: list[Episode]) -> Iterable[list[Episode]]:
        return _chunks(sorted(episodes, key=len), ROWS_PER_PASS)

    def _precision(self) -> torch.autocast:
        return torch.autocast("cpu", torch.bfloat16, enabled=self.mixed)


def _batch(episodes: list[Episode]) -> Batch:
    return Batch.of(
        [episode.prompt for episode in episodes],
        [episode.response for episode in episodes],
    )


def _chunks(items: list[Item], size: int) -> list[list[Item]]:
    return [items[i : i + size] for i in range(0, len(items), size)]


def main() -> None:
    contest = Contest()
    settings = contest.assignment.settings
    torch.set_num_threads(os.cpu_count() or 1)
    torch.manual_seed(settings["seed"])
    rows = [
        torch.tensor(row["tokens"])
        for row in contest.assignment.rows("ordered-prompts.jsonl")
    ]
    size = settings["hyperparameters"]["batch_size"]
    ppo = Ppo(str(contest.assignment.folder), settings)
    batches = _chunks(rows, size)
    warm_up, *rest = batches
    ppo.iterate(warm_up)
    contest.ready(
        "PyTorch PPO", "bfloat16" if ppo.mixed else "float32", ["torch", "transformers"]
    )
    for i in contest.rounds():
        start = time.perf_counter()
        statistics, figures = ppo.iterate(rest[i])
        seconds = time.perf_counter() - start
        values = [statistics[name] for name in settings["values"]]
        contest.report(
            seconds,
            size,
            values,
            figures | {"firstRatioDeviation": statistics["first_ratio_deviation"]},
        )


if __name__ == "__main__":
    main()
