"""
What AdamW reads and writes, and next to no arithmetic: parameters, gradients and both moments are read, all but the
gradients written. No step can be faster that keeps its state in this memory.
"""

import os
import time

import torch
from contestant import Contest
from transformers import AutoModelForCausalLM

contest = Contest()
steps = contest.assignment.settings["stepsPerRound"]
torch.set_num_threads(os.cpu_count() or 1)
model = AutoModelForCausalLM.from_pretrained(
    contest.assignment.folder / "model", dtype=torch.float32
)
count = sum(parameter.numel() for parameter in model.parameters())
parameters, gradients, first, second = (torch.ones(count) for _ in range(4))


def step() -> None:
    first.neg_()
    second.neg_()
    parameters.add_(gradients)


step()
contest.ready("memory", "float32", ["torch"])
for _ in contest.rounds():
    start = time.perf_counter()
    for _ in range(steps):
        step()
    contest.report(time.perf_counter() - start, steps, [])
