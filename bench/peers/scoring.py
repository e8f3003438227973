"""Scores texts, from their characters on: a round is one call for all of its posts."""

import time

from contestant import Contest
from scorers import load_scorer

contest = Contest()
settings = contest.assignment.settings
items = contest.assignment.rows("items.jsonl")
scorer = load_scorer(contest.assignment.folder / "reward-model", settings)
scorer.score(items[:8])
contest.ready(scorer.name, scorer.precision, scorer.packages)
for i in contest.rounds():
    posts = settings["postsPerRound"]
    some = [items[(i * posts + k) % len(items)] for k in range(posts)]
    start = time.perf_counter()
    scores = scorer.score(some)
    contest.report(time.perf_counter() - start, len(scores), scores)
