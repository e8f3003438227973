"""TRL's `RewardTrainer` with dynamic padding; a round is some of its steps."""

from contestant import Contest
from datasets import Dataset
from transformers import AutoModelForSequenceClassification, AutoTokenizer
from trl import RewardConfig, RewardTrainer
from trl_rounds import RoundsCallback, model_arguments, training_arguments

contest = Contest()
assignment = contest.assignment
folder = assignment.folder / "reward-model"
rows = assignment.rows("ordered-pairs.jsonl")
real = [len(row[side]) for row in rows for side in ("chosen_ids", "rejected_ids")]

RewardTrainer(
    model=AutoModelForSequenceClassification.from_pretrained(
        folder, num_labels=1, **model_arguments(assignment.settings)
    ),
    args=RewardConfig(**training_arguments(assignment), max_length=None),
    train_dataset=Dataset.from_list(rows),
    processing_class=AutoTokenizer.from_pretrained(folder),
    callbacks=[
        RoundsCallback(
            contest, "TRL RewardTrainer", {"tokensPerUnit": sum(real) / len(rows)}
        )
    ],
).train()
