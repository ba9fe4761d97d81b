"""What an answer says, and whether it is one of the service at all."""

from __future__ import annotations

from typing import Any, Callable, Container, Dict, List, Mapping, NoReturn, Optional, Type, TypeVar

import httpx

from persistence_client.calls.retrying import retry_after_seconds
from persistence_client.errors import AnswerBroken, AnswerForeign, class_for

Member = TypeVar("Member")


def is_answer(answers: Container[int], response: httpx.Response) -> bool:
    """Whether the response is what the method returns, and no error."""
    if response.status_code == 200:
        return True
    kind = response.headers.get("content-type", "")
    return response.status_code in answers and kind.startswith("application/json")


def json_of(response: httpx.Response, records: Optional[int] = None) -> Any:
    """The JSON of an answer, with `records` that of a batch of so many.

    Raises AnswerBroken if it was cut off, AnswerForeign if another program gave it.
    """
    try:
        answer = response.json()
    except (ValueError, RecursionError) as error:
        raise AnswerBroken(f"the answer is not valid JSON: {error}") from error
    if not isinstance(answer, dict) or not (records is None or _accepts(answer, records)):
        raise AnswerForeign(
            f"{response.request.url} gave no answer of a persistence service: {response.text[:200]}"
        )
    return answer


def member(answer: Mapping[str, Any], name: str, kind: Type[Member]) -> Member:
    """A member that such an answer always has. Raises AnswerForeign if it is missing."""
    value = answer.get(name)
    if not isinstance(value, kind):
        raise AnswerForeign(f"no answer of a persistence service: {name!r} is missing in it")
    return value


def raise_for(response: httpx.Response, clock: Callable[[], float]) -> NoReturn:
    """Raises the error of a response that was read."""
    try:
        body = response.json()
    except (ValueError, RecursionError):
        body = None
    problem: Dict[str, Any] = body if isinstance(body, dict) else {}
    status = response.status_code
    code = _text(problem.get("error_code"))
    raise class_for(status)(
        status,
        code or f"HTTP_{status}",
        _text(problem.get("detail")) or response.reason_phrase or "no reason was given",
        _text(problem.get("request_id")) or response.headers.get("x-request-id"),
        _faults(problem.get("errors")),
        retry_after_seconds(response.headers.get("retry-after"), clock()),
        code is None,
    )


def _accepts(answer: Dict[str, Any], records: int) -> bool:
    quarantined = answer.get("quarantined", [])
    return (
        answer.get("status") in ("accepted", "stored")
        and answer.get("count") == records
        and isinstance(quarantined, list)
        and all(_is_quarantined(one, records) for one in quarantined)
    )


def _is_quarantined(one: Any, records: int) -> bool:
    index = one.get("index") if isinstance(one, dict) else None
    return isinstance(index, int) and 0 <= index < records and isinstance(one.get("reason"), str)


def _text(value: object) -> Optional[str]:
    return value if isinstance(value, str) and value else None


def _faults(value: object) -> Optional[List[Dict[str, Any]]]:
    is_list = isinstance(value, list) and all(isinstance(fault, dict) for fault in value)
    return value if isinstance(value, list) and is_list else None
