"""What Schemathesis is told of this service, and the count of what was answered. Settings come from `fuzz.ts`."""

from __future__ import annotations

import atexit
import json
import os
import threading
from collections import Counter
from itertools import count
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis import AuthContext, Case, HookContext, Response
from schemathesis.core.parameters import ParameterLocation

SETTINGS: dict[str, Any] = json.loads(
    Path(os.environ["LAUREL_FUZZ_SETTINGS"]).read_text()
)
COUNTS = Path(os.environ["LAUREL_FUZZ_COUNTS"])


@schemathesis.auth(refresh_interval=None).skip_for(tag="worker")
class Key:
    """The project's key. A route that needs none gets it as well."""

    def get(self, case: Case[Any], ctx: AuthContext) -> str:
        return str(SETTINGS["key"])

    def set(self, case: Case[Any], data: str, ctx: AuthContext) -> None:
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.auth(refresh_interval=None).apply_to(tag="worker")
class WorkerToken:
    """The token of a job whose worker stands still, see `stand-in-workers.ts`: requests are the worker."""

    def get(self, case: Case[Any], ctx: AuthContext) -> dict[str, str] | None:
        workers = json.loads(Path(SETTINGS["workers"]).read_text())
        # What ends the attempt is seldom asked of the one that lives, so that there is something for the others to ask.
        ends = case.operation.path.endswith(
            ("/complete", "/fail", "/paused", "/cancelled")
        )
        return next(
            (worker for worker in workers if not ends or next(draws) % 8 == 0), None
        )

    def set(self, case: Case[Any], data: dict[str, str], ctx: AuthContext) -> None:
        case.headers["Authorization"] = f"Bearer {data['token']}"
        if case.meta is None or not case.meta.is_negative_at(ParameterLocation.PATH):
            case.path_parameters["id"] = data["job"]


@schemathesis.hook
def before_call(context: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:
    """Keeps what all other requests need: the key that they carry, and the objects that their ids are of."""
    if case.method != "GET" and case.path_parameters.get("id") == SETTINGS["key_id"]:
        case.path_parameters["id"] = "key_kept"
    changes_all = case.method == "DELETE" or (
        case.method == "PUT" and case.operation.path.endswith("/quota")
    )
    if changes_all and case.path_parameters.get("id") in SETTINGS["kept"]:
        case.path_parameters["id"] = "kept"


def is_refused_for_its_meaning(response: Response) -> bool:
    """
    Whether a request that has the documented form was refused for what it means: a model that does not exist, rows that are bad, a rule
    between members that JSON Schema cannot say. Those problems have codes of their own; that the form is not as documented has these.
    """
    problem = response.json()
    if problem.get("code") not in ("invalid_request", "unknown_parameter", "malformed"):
        return True
    errors = problem.get("errors", [])
    return len(errors) > 0 and all(
        error["code"] in ("broken_rule", "already_over") for error in errors
    )


@schemathesis.hook
def filter_failure(
    context: HookContext, failure: Any, case: Case[Any], response: Response
) -> bool:
    """Whether what a check objects to is a finding."""
    kind = type(failure).__name__
    if kind == "RejectedPositiveData" and response.status_code in (400, 422):
        return not is_refused_for_its_meaning(response)
    # Headers are open: a request may have any that the service does not know (RFC 9110, section 5.1).
    return not (
        kind == "AcceptedNegativeData"
        and "in header - object with unexpected properties" in failure.message
    )


ROWS = [
    {"text": "Some words."},
    {"prompt": "A post.\n\nTL;DR:", "completion": " Short."},
    {"prompt": "A post.\n\nTL;DR:", "chosen": " Short.", "rejected": " Wrong."},
    {"prompt": "A post.\n\nTL;DR:", "completion": " Short.", "axes": {"overall": 5}},
    {"prompt": "A post.\n\nTL;DR:", "completions": [" Short.", " Long."]},
    {"prompt": "A post.\n\nTL;DR:"},
]


@st.composite
def json_lines(draw: st.DrawFn) -> bytes:
    """Rows of one kind, now and then with something else among them."""
    row = draw(st.sampled_from(ROWS))
    lines = [json.dumps(row)] * draw(st.integers(1, 3))
    if draw(st.integers(0, 4)) == 0:
        lines.append(draw(st.text()))
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def csv() -> st.SearchStrategy[bytes]:
    return (
        st.sampled_from(
            [b"text\nSome words.\n", b'prompt,completion\n"A post.",Short.\n']
        )
        | st.binary()
    )


schemathesis.openapi.media_type("application/x-ndjson", json_lines())
schemathesis.openapi.media_type("text/csv", csv())

draws = count()
counts: Counter[tuple[str, int]] = Counter()
lock = threading.Lock()


@schemathesis.hook
def after_call(context: HookContext, case: Case[Any], response: Response) -> None:
    operation = case.operation.definition.raw.get("operationId", case.operation.label)
    asked = response.request.method == case.operation.method.upper()
    with lock:
        counts[operation if asked else "another method", response.status_code] += 1


@atexit.register
def write_counts() -> None:
    rows = [
        {"operation": operation, "status": status, "count": n}
        for (operation, status), n in counts.items()
    ]
    COUNTS.write_text(json.dumps(rows))
