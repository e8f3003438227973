"""PyTorch's AdamW on all parameters of a model; a round is some steps."""

import time

import torch
from contestant import Contest
from transformers import AutoModelForCausalLM

contest = Contest()
settings = contest.assignment.settings
model = AutoModelForCausalLM.from_pretrained(
    contest.assignment.folder / "model", dtype=torch.float32
)
parameters = list(model.parameters())
matrices = [each for each in parameters if each.dim() > 1]
vectors = [each for each in parameters if each.dim() == 1]
for each in parameters:
    each.grad = each.detach().clone() * settings["gradientScale"]
optimiser = torch.optim.AdamW(
    [
        {"params": matrices, "weight_decay": settings["weightDecay"]},
        {"params": vectors, "weight_decay": 0.0},
    ],
    lr=settings["learningRate"],
    betas=(settings["beta1"], settings["beta2"]),
    eps=settings["epsilon"],
    fused=settings["fused"],
    foreach=not settings["fused"],
)
optimiser.step()


def means() -> list[float]:
    """Of the same parameters as ours."""
    decoder = model.transformer
    of = [decoder.wte.weight, decoder.h[0].mlp.c_fc.weight]
    return [each.detach().abs().mean().item() for each in of]


contest.ready("PyTorch", "float32", ["torch"])
for _ in contest.rounds():
    start = time.perf_counter()
    for _ in range(settings["stepsPerRound"]):
        optimiser.step()
    seconds = time.perf_counter() - start
    contest.report(seconds, settings["stepsPerRound"], means())
