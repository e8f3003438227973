"""The peers' side of the protocol (bench/core/contestant.ts is ours)."""

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Assignment:
    work: str
    folder: Path
    """Holds `model/` and the work's data."""
    settings: dict[str, Any]

    def rows(self, name: str) -> list[dict[str, Any]]:
        with open(self.folder / name, encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]


class Contest:
    """
    Says when a peer is ready, then lets it do a round for every line. What libraries print goes to stderr.

    contest = Contest()
    ...  # load contest.assignment and warm up
    contest.ready("transformers", "bfloat16", ["torch", "transformers"])
    for i in contest.rounds():
        ...
        contest.report(seconds, units, values)
    """

    def __init__(self) -> None:
        self.assignment = _read_assignment(sys.argv[1])
        self._channel = os.fdopen(os.dup(1), "w")
        os.dup2(2, 1)

    def ready(self, name: str, precision: str, packages: Sequence[str]) -> None:
        """`precision` of the products of matrices: float32, bfloat16 or int8."""
        versions = {package: version(package) for package in packages}
        self._say(
            {"ready": {"name": name, "versions": versions, "precision": precision}}
        )

    def rounds(self) -> Iterator[int]:
        for line in sys.stdin:
            yield int(json.loads(line)["round"])

    def report(
        self,
        seconds: float,
        units: float,
        values: Sequence[float],
        figures: Mapping[str, float] | None = None,
    ) -> None:
        self._say(
            {
                "seconds": seconds,
                "units": units,
                "values": list(values),
                "peakRssBytes": _peak_rss_bytes(),
                "figures": dict(figures or {}),
            }
        )

    def _say(self, message: dict[str, object]) -> None:
        print(json.dumps(message), file=self._channel, flush=True)


def _read_assignment(path: str) -> Assignment:
    with open(path, encoding="utf-8") as file:
        content = json.load(file)
    return Assignment(content["work"], Path(content["folder"]), content["settings"])


def _peak_rss_bytes() -> int:
    """Linux's own high-water mark: `getrusage` would count what the parent held when it started this process."""
    match = re.search(
        r"^VmHWM:\s+(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE
    )
    return int(match[1]) * 1024 if match else 0
