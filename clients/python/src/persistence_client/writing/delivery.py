"""How a batch is sent when the service refuses records of it. It sends nothing itself."""

from __future__ import annotations

import re
from collections import deque
from typing import Deque, Dict, Generator, List, Optional, Sequence, Union

from persistence_client.errors import ApiError, PersistenceError
from persistence_client.generated.answers import BatchAnswer
from persistence_client.writing.backlog import Entry, Outcome
from persistence_client.writing.errors import RefusedRecord

ABOUT_RECORDS = frozenset({400, 409, 413, 422})
_INDEX = re.compile(r"^(?:tasks)?\[(\d+)\]")

Reply = Union[BatchAnswer, PersistenceError]
Delivery = Generator[List[Entry], Reply, Outcome]


def deliver(entries: Sequence[Entry]) -> Delivery:
    """Yields batches to send, takes the answer or the error of each, and returns the outcome.

    A batch is accepted as a whole or not at all. So the records that a refusal names are taken out
    and the others are sent again; a refusal that names none is narrowed down by halves.
    """
    queue: Deque[List[Entry]] = deque([list(entries)])
    refused: List[RefusedRecord] = []
    while queue:
        part = queue.popleft()
        reply = yield part
        if not isinstance(reply, PersistenceError):
            refused.extend(_quarantined(part, reply))
            continue
        if not isinstance(reply, ApiError) or not _judges_records(reply):
            unsent = [*part, *(entry for rest in queue for entry in rest)]
            return Outcome(refused, unsent, reply)
        reasons = _reasons(reply, len(part))
        if not reasons and len(part) == 1:
            reasons = {0: reply.detail}
        if reasons:
            refused.extend(
                RefusedRecord(part[index].record, reason, reply)
                for index, reason in reasons.items()
            )
            rest = [entry for index, entry in enumerate(part) if index not in reasons]
            queue.extendleft([rest] if rest else [])
        else:
            half = len(part) // 2
            queue.extendleft([part[half:], part[:half]])
    return Outcome(refused)


def _judges_records(error: ApiError) -> bool:
    """Only the service itself judges records. The limit of a proxy is met by smaller batches."""
    return error.status in ABOUT_RECORDS and (not error.is_foreign or error.status == 413)


def undelivered(entries: Sequence[Entry], error: BaseException) -> Outcome:
    """The outcome when sending itself broke: nothing counts as sent."""
    unknown = PersistenceError(f"the batch cannot be sent: {error!r}")
    unknown.__cause__ = error
    return Outcome(unsent=entries, error=unknown)


def batch_body(entries: Sequence[Entry]) -> bytes:
    """The body of a batch."""
    return b'{"tasks":[' + b",".join(entry.body for entry in entries) + b"]}"


def _reasons(error: ApiError, count: int) -> Dict[int, str]:
    reasons: Dict[int, str] = {}
    for fault in error.errors:
        path = str(fault.get("path", ""))
        index = _index(path, count)
        if index is not None:
            name = _INDEX.sub("", path).lstrip(".")
            text = f"{name}: {fault.get('message', error.detail)}" if name else error.detail
            reasons[index] = f"{reasons[index]}; {text}" if index in reasons else text
    return reasons


def _index(path: str, count: int) -> Optional[int]:
    match = _INDEX.match(path)
    index = int(match.group(1)) if match else count
    return index if index < count else None


def _quarantined(part: Sequence[Entry], answer: BatchAnswer) -> List[RefusedRecord]:
    return [
        RefusedRecord(part[one["index"]].record, one["reason"])
        for one in answer.get("quarantined", [])
    ]
