"""
Rows checked by pydantic and written in the stored form, from a file to a file in one process; a round is the whole file.
`json` parses with the standard library first, `pydantic` leaves that to pydantic's own parser.
"""

import hashlib
import json
import os
import time
from typing import Annotated, Any, Literal

from contestant import Contest
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Words = Annotated[str, StringConstraints(pattern=r"\S")]


class Info(BaseModel):
    id: str | None = None
    subreddit: str | None = None
    title: str | None = None
    post: Words


class Summary(BaseModel):
    text: Words
    policy: str | None = None


class Extra(BaseModel):
    confidence: Annotated[int, Field(ge=1, le=9)] | None = None


class Comparison(BaseModel):
    model_config = ConfigDict(extra="forbid")
    info: Info
    summaries: tuple[Summary, Summary]
    choice: Literal[0, 1]
    worker: str | None = None
    batch: str | None = None
    split: str | None = None
    extra: Extra | None = None


def stored(row: Comparison) -> dict[str, Any]:
    info, chosen, rejected = (
        row.info,
        row.summaries[row.choice],
        row.summaries[1 - row.choice],
    )
    head = f"SUBREDDIT: r/{info.subreddit}\n\nTITLE: {info.title}\n\nPOST: "
    return {
        "group": info.id,
        "prompt": {"head": head, "post": info.post, "tail": "\n\nTL;DR:"},
        "chosen": chosen.text,
        "rejected": rejected.text,
        "confidence": abs(row.extra.confidence - 5)
        if row.extra and row.extra.confidence
        else None,
        "worker": row.worker,
        "batch": row.batch,
        "split": row.split,
        "policies": [chosen.policy, rejected.policy],
    }


contest = Contest()
folder = contest.assignment.folder
own_parser = contest.assignment.settings["mode"] == "pydantic"


def ingest() -> int:
    rows, checksum = 0, hashlib.sha256()
    target = folder / f"stored-{os.getpid()}.jsonl"
    with open(folder / "upload.jsonl", "rb") as lines, open(target, "wb") as file:
        for line in lines:
            row = (
                Comparison.model_validate_json(line)
                if own_parser
                else Comparison.model_validate(json.loads(line))
            )
            kept = json.dumps(stored(row), ensure_ascii=False).encode() + b"\n"
            checksum.update(kept)
            file.write(kept)
            rows += 1
        os.fsync(file.fileno())
    target.unlink()
    return rows


contest.ready("pydantic", "float32", ["pydantic"])
for _ in contest.rounds():
    start = time.perf_counter()
    count = ingest()
    contest.report(
        time.perf_counter() - start,
        contest.assignment.settings["megabytes"],
        [count],
    )
