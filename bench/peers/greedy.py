"""Writes `greedy.jsonl`: how `generate` goes on with the first prompts in float32, the most likely token each time."""

import json

import torch
from contestant import Contest
from sampling import generating
from transformers import AutoModelForCausalLM

assignment = Contest().assignment
settings = assignment.settings
prompts = torch.tensor(
    [row["tokens"] for row in assignment.rows("prompts.jsonl")[: settings["rows"]]]
)
model = AutoModelForCausalLM.from_pretrained(
    assignment.folder / "model", dtype=torch.float32
).eval()
with torch.inference_mode():
    continuations = generating(model, settings | {"cache": "dynamic"})(prompts, 0)
with open(assignment.folder / "greedy.jsonl", "w", encoding="utf-8") as file:
    file.writelines(
        json.dumps({"tokens": row}) + "\n" for row in continuations.tolist()
    )
