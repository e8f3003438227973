"""TRL's `RewardTrainer` with dynamic padding; a round is some of its steps."""

from contestant import Contest
from datasets import Dataset
from transformers import AutoModelForSequenceClassification, AutoTokenizer
from trl import RewardConfig, RewardTrainer
from trl_rounds import (
    RoundsCallback,
    model_arguments,
    token_figures,
    training_arguments,
)

contest = Contest()
assignment = contest.assignment
folder = assignment.folder / "reward-model"
rows = assignment.rows("ordered-pairs.jsonl")
lengths = [[len(row["chosen_ids"]), len(row["rejected_ids"])] for row in rows]
figures = token_figures(lengths, assignment.settings["batchSize"])

RewardTrainer(
    model=AutoModelForSequenceClassification.from_pretrained(
        folder, num_labels=1, **model_arguments(assignment.settings)
    ),
    args=RewardConfig(**training_arguments(assignment), max_length=None),
    train_dataset=Dataset.from_list(rows),
    processing_class=AutoTokenizer.from_pretrained(folder),
    callbacks=[RoundsCallback(contest, "TRL RewardTrainer", figures)],
).train()
