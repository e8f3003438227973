"""TRL's `SFTTrainer` with the loss on completions; a round is some of its steps."""

from contestant import Contest
from datasets import Dataset
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import SFTConfig, SFTTrainer
from trl_rounds import (
    RoundsCallback,
    model_arguments,
    token_figures,
    training_arguments,
)

contest = Contest()
assignment = contest.assignment
folder = assignment.folder / "model"
rows = assignment.rows("ordered-demonstrations.jsonl")
padding_free = assignment.settings.get("paddingFree", False)
lengths = [[len(row["input_ids"])] for row in rows]
figures = token_figures(lengths, assignment.settings["batchSize"], padding_free)

SFTTrainer(
    model=AutoModelForCausalLM.from_pretrained(
        folder, **model_arguments(assignment.settings)
    ),
    args=SFTConfig(
        **training_arguments(assignment),
        max_length=None,
        completion_only_loss=True,
        padding_free=padding_free,
    ),
    train_dataset=Dataset.from_list(rows),
    processing_class=AutoTokenizer.from_pretrained(folder),
    callbacks=[RoundsCallback(contest, "TRL SFTTrainer", figures)],
).train()
