"""What an answer says, and whether it is one of the service at all."""

from __future__ import annotations

from typing import (
    Any,
    Callable,
    Collection,
    Container,
    Dict,
    List,
    Mapping,
    NoReturn,
    Optional,
    Type,
    TypeVar,
)

import httpx

from persistence_client.calls.retrying import retry_after_seconds
from persistence_client.errors import AnswerBroken, AnswerForeign, class_for

Member = TypeVar("Member")
JSON = "application/json"
NOT_OURS = "no answer of a persistence service"
CHECK = "Check the address (PERSISTENCE_URL), and whether a proxy or another program answers there."
_SHOWN = 200
"""The number of characters of a foreign answer that its error shows."""


def is_answer(answers: Container[int], response: httpx.Response) -> bool:
    """Whether the response is what the method returns, and no error."""
    if response.status_code == 200:
        return True
    return response.status_code in answers and _kind(response) == JSON


def json_of(response: httpx.Response, records: Optional[int] = None) -> Any:
    """The JSON of an answer, with `records` that of a batch of so many.

    Raises AnswerBroken if it was cut off, AnswerForeign if another program gave it: a page of
    HTML does not become JSON later.
    """
    try:
        answer = response.json()
    except (ValueError, RecursionError) as error:
        if not _may_be_cut_off(response):
            raise _foreign(response, JSON) from error
        raise AnswerBroken(f"the answer is not valid JSON: {error}") from error
    if not isinstance(answer, dict) or not answer:
        raise _foreign(response, "a JSON object with members")
    if records is not None and not _accepts(answer, records):
        raise _foreign(response, f"an acknowledgement of {records} records")
    return answer


def check_kind(response: httpx.Response, kinds: Collection[str]) -> None:
    """Raises AnswerForeign if the answer is of none of these media types; it must be read then."""
    if not is_of_kind(response, kinds):
        raise _foreign(response, " or ".join(kinds))


def is_of_kind(response: httpx.Response, kinds: Collection[str]) -> bool:
    """Whether the answer is of one of these media types."""
    return _kind(response) in kinds


def member(answer: Mapping[str, Any], name: str, kind: Type[Member]) -> Member:
    """A member that such an answer always has. Raises AnswerForeign if it is missing."""
    value = answer.get(name)
    if not isinstance(value, kind):
        raise AnswerForeign(f"{NOT_OURS}: {name!r} is missing in {shown(answer)}. {CHECK}")
    return value


def cursor_in(page: Mapping[str, Any]) -> Optional[str]:
    """The cursor of the next page, None after the last. Raises AnswerForeign if it is missing."""
    is_last = "next_cursor" in page and page["next_cursor"] is None
    return None if is_last else member(page, "next_cursor", str)


def records_in(answer: Mapping[str, Any], name: str, *members: str) -> List[Any]:
    """A list of records that have these members. Raises AnswerForeign if it is none."""
    records = member(answer, name, list)
    for record in records:
        if not isinstance(record, dict) or not all(one in record for one in members):
            raise AnswerForeign(f"{NOT_OURS}: {shown(record)} is in {name!r} of it. {CHECK}")
    return records


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
        _text(problem.get("detail")) or _reason(response),
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


def _kind(response: httpx.Response) -> str:
    return str(response.headers.get("content-type", "")).split(";")[0].strip().lower()


def _may_be_cut_off(response: httpx.Response) -> bool:
    """Whether it can be the beginning of an answer: that is an object, in JSON."""
    start = response.content[:100].lstrip()[:1]
    kind = _kind(response)
    return kind == JSON and start in (b"{", b"") or kind == "" and start in (b"{", b"[")


def _foreign(response: httpx.Response, wanted: str) -> AnswerForeign:
    request = response.request
    found = f"{_kind(response) or 'no content type'}, {shown(response.text)}"
    return AnswerForeign(
        f"{request.method} {request.url}: {NOT_OURS}: found {found}, expected {wanted}. {CHECK}"
    )


def shown(value: object) -> str:
    """The beginning of what was found, for the text of an error."""
    text = repr(value[:_SHOWN] if isinstance(value, str) else value)
    return text if len(text) <= 2 * _SHOWN else f"{text[: 2 * _SHOWN]}…"


def _reason(response: httpx.Response) -> str:
    reason = response.reason_phrase or "no reason was given"
    location = response.headers.get("location")
    return f"{reason}, see {location[:_SHOWN]}" if location else reason


def _text(value: object) -> Optional[str]:
    return value if isinstance(value, str) and value else None


def _faults(value: object) -> Optional[List[Dict[str, Any]]]:
    is_list = isinstance(value, list) and all(isinstance(fault, dict) for fault in value)
    return value if isinstance(value, list) and is_list else None
