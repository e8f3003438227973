"""
Scores over HTTP: FastAPI on uvicorn, with micro-batching. What has arrived while a batch was computed is the next
batch, so nobody waits for company; the event loop stays free, for the model computes in a thread of its own.
"""

import asyncio
import json
import socket
import sys
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from scorers import Scorer, load_scorer


class Prompt(BaseModel):
    head: str
    post: str
    tail: str


class Item(BaseModel):
    prompt: Prompt
    completions: list[str]


class Request(BaseModel):
    items: list[Item]


class Score(BaseModel):
    raw: float


class Answer(BaseModel):
    items: list[list[Score]]


class MicroBatcher:
    """Gathers requests until `max_items` and has them scored together."""

    def __init__(self, scorer: Scorer, max_items: int) -> None:
        self._scorer = scorer
        self._max_items = max_items
        self._waiting: asyncio.Queue[tuple[Item, asyncio.Future[list[float]]]] = (
            asyncio.Queue()
        )
        self._thread = ThreadPoolExecutor(1)

    async def score(self, item: Item) -> list[float]:
        future: asyncio.Future[list[float]] = asyncio.get_running_loop().create_future()
        await self._waiting.put((item, future))
        return await future

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            batch = [await self._waiting.get()]
            while len(batch) < self._max_items and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            items = [item.model_dump() for item, _ in batch]
            scores = iter(
                await loop.run_in_executor(self._thread, self._scorer.score, items)
            )
            for item, future in batch:
                future.set_result([next(scores) for _ in item.completions])


def create_app(batcher: MicroBatcher) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        task = asyncio.create_task(batcher.run())
        yield
        task.cancel()

    app = FastAPI(lifespan=lifespan)

    @app.post("/score")
    async def score(request: Request) -> Answer:
        scores = await asyncio.gather(*map(batcher.score, request.items))
        return Answer(
            items=[[Score(raw=value) for value in values] for values in scores]
        )

    return app


def main(assignment: dict[str, Any]) -> None:
    settings = assignment["settings"]
    scorer = load_scorer(Path(assignment["folder"]) / "reward-model", settings)
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    versions = {
        package: version(package)
        for package in [*scorer.packages, "fastapi", "uvicorn"]
    }
    ready = {
        "name": f"FastAPI, {scorer.name}",
        "precision": scorer.precision,
        "versions": versions,
    }
    print(json.dumps({"port": listener.getsockname()[1], **ready}), flush=True)
    app = create_app(MicroBatcher(scorer, settings["maxItems"]))
    uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False)).run(
        [listener]
    )


main(json.loads(Path(sys.argv[1]).read_text()))
