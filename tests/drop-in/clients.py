"""Asks a service by other services' Python clients, and prints what each came to as one JSON object.

Addresses and keys come by the environment: LAUREL_URL, LAUREL_KEY, and two that are to be refused, LAUREL_NARROW_KEY (without the
scope) and LAUREL_FOREIGN_KEY (of another project).
"""

import json
import os
from collections.abc import Callable
from functools import partial
from typing import Any

import cohere
import openai
import requests
from llama_index.core.schema import NodeWithScore, TextNode
from llama_index.postprocessor.tei_rerank import TextEmbeddingInference

URL = os.environ["LAUREL_URL"]
KEY = os.environ["LAUREL_KEY"]
REFUSED_KEYS = {
    "unknown": "lk_unknown",
    "narrow": os.environ["LAUREL_NARROW_KEY"],
    "foreign": os.environ["LAUREL_FOREIGN_KEY"],
}
PROMPT = "A kite was left at the museum.\nTL;DR:"
TEXTS = ["A kite.", "A kite was left at the museum.", "x"]


def refusal(call: Callable[[], object]) -> str:
    """The class of what a call raises, and the status that it had, where it says one."""
    try:
        call()
    except Exception as error:  # noqa: BLE001 whatever it is, it is told
        response = getattr(error, "response", None)
        status = getattr(error, "status_code", None) or getattr(
            response, "status_code", None
        )
        return f"{type(error).__name__} {status}"
    return "none"


def refusals(call: Callable[[str, str], object], known: str) -> dict[str, str]:
    """How a call with a key and an endpoint is refused: for each key that is to be, and for an endpoint that is not there."""
    by_key = {
        name: refusal(partial(call, key, known)) for name, key in REFUSED_KEYS.items()
    }
    return {**by_key, "no endpoint": refusal(partial(call, KEY, "nobody"))}


def openai_client(key: str) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{URL}/openai/v1", api_key=key, max_retries=0)


def ask_openai() -> dict[str, Any]:
    client = openai_client(KEY)
    settings: dict[str, Any] = {"model": "june-policy", "max_tokens": 6, "seed": 1}
    messages: list[Any] = [{"role": "user", "content": PROMPT}]
    chat = client.chat.completions.create(messages=messages, **settings)
    chunks = list(
        client.chat.completions.create(messages=messages, stream=True, **settings)
    )
    completion = client.completions.create(prompt=PROMPT, **settings)
    pieces = list(client.completions.create(prompt=PROMPT, stream=True, **settings))

    def ask(key: str, model: str) -> object:
        return openai_client(key).chat.completions.create(
            model=model, messages=messages
        )

    return {
        "chat": chat.choices[0].message.content,
        "chat streamed": "".join(
            chunk.choices[0].delta.content or "" for chunk in chunks
        ),
        "finish": [chat.choices[0].finish_reason, chunks[-1].choices[0].finish_reason],
        "usage": chat.usage.completion_tokens if chat.usage else None,
        "completion": completion.choices[0].text,
        "completion streamed": "".join(piece.choices[0].text for piece in pieces),
        "refusals": {
            **refusals(ask, "june-policy"),
            "a scoring endpoint": refusal(lambda: ask(KEY, "june-reward")),
        },
    }


def ask_cohere() -> dict[str, Any]:
    def ask(key: str, model: str) -> cohere.V2RerankResponse:
        return cohere.ClientV2(api_key=key, base_url=f"{URL}/cohere").rerank(
            model=model,
            query=PROMPT,
            documents=TEXTS,
            top_n=2,
            request_options={"max_retries": 0},
        )

    results = ask(KEY, "june-reward").results
    return {
        "results": [[result.index, result.relevance_score] for result in results],
        "refusals": refusals(ask, "june-reward"),
    }


def ask_tei() -> dict[str, Any]:
    """By LlamaIndex's client of Text Embeddings Inference, which does not look at the status: refusals are asked for without it."""
    reranker = TextEmbeddingInference(
        base_url=f"{URL}/tei/june-reward", auth_token=f"Bearer {KEY}", top_n=2
    )
    nodes = [NodeWithScore(node=TextNode(text=text)) for text in TEXTS]
    ranked = reranker.postprocess_nodes(nodes, query_str=PROMPT)

    def ask(key: str, endpoint: str) -> None:
        headers = {"Authorization": f"Bearer {key}"}
        sent = {"query": PROMPT, "texts": TEXTS}
        requests.post(
            f"{URL}/tei/{endpoint}/rerank", json=sent, headers=headers, timeout=60
        ).raise_for_status()

    results = [[TEXTS.index(node.text), node.score] for node in ranked]
    return {"results": results, "refusals": refusals(ask, "june-reward")}


def ask_openrlhf() -> dict[str, Any]:
    """What OpenRLHF sends for `--remote_rm_url`: itself it needs Ray, DeepSpeed and a GPU."""

    def ask(key: str, endpoint: str) -> Any:
        address = (
            f"{URL.replace('://', f'://key:{key}@')}/openrlhf/{endpoint}/get_reward"
        )
        sent: dict[str, Any] = {
            "query": [PROMPT + text for text in TEXTS],
            "prompts": [PROMPT] * 3,
            "labels": ["", None, "label"],
        }
        response = requests.post(
            url=address,
            json=sent,
            headers={"Content-Type": "application/json"},
            timeout=180,
        )
        response.raise_for_status()
        return response.json()["rewards"]

    return {
        "rewards": ask(KEY, "june-reward"),
        "refusals": refusals(ask, "june-reward"),
    }


print(
    json.dumps(
        {
            "openai": ask_openai(),
            "cohere": ask_cohere(),
            "tei": ask_tei(),
            "openrlhf": ask_openrlhf(),
        },
        indent=1,
    )
)
