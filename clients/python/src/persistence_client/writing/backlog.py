"""The records that a writer holds. It sends nothing and knows no clock: both writers use it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence

from persistence_client.calls.encoding import json_bytes, plain_record
from persistence_client.calls.retrying import LONGEST_RETRY_AFTER
from persistence_client.errors import ApiError, InvalidRecord, PersistenceError
from persistence_client.writing.errors import RefusedRecord

MOST_RECORDS = 10_000
MOST_BYTES = 32 * 1024 * 1024
_FRAME = len(b'{"tasks":[]}')
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 30.0


@dataclass(frozen=True)
class Limits:
    """When a batch is sent, and how much may wait. Sizes are in bytes of JSON, ages in seconds."""

    max_records: int = 100
    max_bytes: int = 4 * 1024 * 1024
    max_age: float = 1.0
    max_waiting_records: int = 1_000
    max_waiting_bytes: int = 32 * 1024 * 1024

    def __post_init__(self) -> None:
        if not 1 <= self.max_records <= MOST_RECORDS:
            raise ValueError(f"max_records is from 1 to {MOST_RECORDS}, not {self.max_records}")
        if not 1 <= self.max_bytes <= MOST_BYTES:
            raise ValueError(f"max_bytes is from 1 to {MOST_BYTES}, not {self.max_bytes}")
        if self.max_age < 0:
            raise ValueError(f"max_age is at least 0, not {self.max_age}")
        if self.max_waiting_records < 1 or self.max_waiting_bytes < 1:
            raise ValueError("max_waiting_records and max_waiting_bytes are at least 1")


def checked_ack(ack: Optional[str]) -> Optional[str]:
    """The acknowledgement that a writer asks for. Raises ValueError for an unknown one."""
    if ack not in (None, "accepted", "stored"):
        raise ValueError(f"ack is 'stored', 'accepted' or None, not {ack!r}")
    return ack


@dataclass(frozen=True)
class Entry:
    """The merged writes of one task that are not sent yet."""

    task_id: str
    record: Dict[str, Any]
    body: bytes
    number: int
    """The number of the first of these writes. Entries are sent in this order."""
    since: float


@dataclass(frozen=True)
class Outcome:
    """What became of a batch: every entry that is neither refused nor unsent was accepted."""

    refused: Sequence[RefusedRecord] = ()
    unsent: Sequence[Entry] = ()
    error: Optional[PersistenceError] = None


class Backlog:
    """Merges writes of the same task, and gives batches in the order in which they were put.

    One batch is in flight at a time, so the writes of a task reach the service in their order.
    While it is not empty, a batch is in flight or `seconds_until_due` is a number.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._waiting: Dict[str, Entry] = {}
        self._in_flight: Dict[str, Entry] = {}
        self._bytes = 0
        self._last_number = 0
        self._flush_through = 0
        self._not_before = 0.0
        self._failures_in_a_row = 0
        self.failures = 0
        """The number of batches that could not be sent, since the start."""
        self.error: Optional[PersistenceError] = None
        """Why the last batch could not be sent; None after one that could."""
        self.refused: List[RefusedRecord] = []
        """Refused records that nobody was told of yet."""

    def __len__(self) -> int:
        return len(self._waiting) + len(self._in_flight)

    def put(self, record: Mapping[str, object], now: float) -> int:
        """Takes a write; returns its number. Raises InvalidRecord, and then takes nothing."""
        plain = plain_record(record)
        task_id = plain.get("task_id")
        if not isinstance(task_id, str):
            raise InvalidRecord(f"task_id: a text is needed, not {task_id!r}")
        number = self._last_number + 1
        entry = self._merged(self._waiting.get(task_id), task_id, plain, number, now)
        self._check_session(self._in_flight.get(task_id), entry)
        self._last_number = number
        self._store(entry)
        return number

    def has_failed_since(self, failures: int) -> bool:
        """Whether a batch failed since `failures` was this number, and none was sent after it."""
        return self.error is not None and self.failures > failures

    def is_full(self) -> bool:
        """Whether no more may be put for now."""
        limits = self._limits
        return len(self) > limits.max_waiting_records or self._bytes > limits.max_waiting_bytes

    def has_through(self, number: int) -> bool:
        """Whether a write with this number or a lower one is still here."""
        return any(
            next(iter(entries.values())).number <= number
            for entries in (self._in_flight, self._waiting)
            if entries
        )

    def flush(self) -> int:
        """Makes everything due that was put so far; returns the number of the last write."""
        self._flush_through = self._last_number
        self._not_before = 0.0
        return self._last_number

    def seconds_until_due(self, now: float) -> Optional[float]:
        """Seconds until a batch is to be sent; None while nothing waits or one is in flight."""
        if not self._waiting or self._in_flight:
            return None
        oldest = next(iter(self._waiting.values()))
        limits = self._limits
        is_enough = len(self._waiting) >= limits.max_records or self._bytes >= limits.max_bytes
        is_due = is_enough or self.is_full() or oldest.number <= self._flush_through
        due_at = now if is_due else oldest.since + limits.max_age
        return max(0.0, max(due_at, self._not_before) - now)

    def take(self, now: float) -> List[Entry]:
        """The batch that is to be sent now, or nothing. It is in flight until `settle`."""
        seconds = self.seconds_until_due(now)
        if seconds is None or seconds > 0:
            return []
        size = _FRAME
        for entry in list(self._waiting.values()):
            size += len(entry.body) + 1
            is_long = len(self._in_flight) == self._limits.max_records
            if self._in_flight and (is_long or size > self._limits.max_bytes):
                break
            self._in_flight[entry.task_id] = self._waiting.pop(entry.task_id)
        return self.in_flight()

    def settle(self, outcome: Outcome, now: float) -> None:
        """Ends a batch. What could not be sent waits again, before what was put meanwhile."""
        self.refused.extend(outcome.refused)
        self.error = outcome.error
        if outcome.error is None:
            self._failures_in_a_row = 0
            self._not_before = 0.0
        else:
            pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** min(self._failures_in_a_row, 10))
            self._not_before = now + max(pause, _asked_pause(outcome.error))
            self._failures_in_a_row += 1
            self.failures += 1
        self._put_back(outcome.unsent)

    def take_back(self) -> None:
        """Ends a batch of which nobody knows what became. It waits again: a repeat is harmless."""
        self._put_back(self.in_flight())

    def take_refused(self, task_id: Optional[str] = None) -> List[RefusedRecord]:
        """The refused records that nobody was told of, all or of one task; they are told now."""
        told: List[RefusedRecord] = []
        kept: List[RefusedRecord] = []
        for one in self.refused:
            is_asked_for = task_id is None or one.record["task_id"] == task_id
            (told if is_asked_for else kept).append(one)
        self.refused = kept
        return told

    def keep_refused(self, refused: Sequence[RefusedRecord]) -> None:
        """Takes back refused records of which nobody was told after all."""
        self.refused = [*refused, *self.refused]

    def in_flight(self) -> List[Entry]:
        """The batch that is being sent."""
        return list(self._in_flight.values())

    def records(self) -> List[Dict[str, Any]]:
        """What is not sent, in its order."""
        return [entry.record for entry in self._entries()]

    def _entries(self) -> Iterator[Entry]:
        yield from self._in_flight.values()
        yield from self._waiting.values()

    def _put_back(self, unsent: Sequence[Entry]) -> None:
        later = self._waiting
        self._in_flight, self._waiting, self._bytes = {}, {}, 0
        for entry in unsent:
            self._store(entry)
        for entry in later.values():
            earlier = self._waiting.get(entry.task_id)
            self._store(
                self._merged(earlier, entry.task_id, entry.record, entry.number, entry.since)
                if earlier
                else entry
            )

    def _store(self, entry: Entry) -> None:
        old = self._waiting.get(entry.task_id)
        self._bytes += len(entry.body) - (0 if old is None else len(old.body))
        self._waiting[entry.task_id] = entry

    def _merged(
        self,
        earlier: Optional[Entry],
        task_id: str,
        record: Dict[str, Any],
        number: int,
        now: float,
    ) -> Entry:
        """Absent keeps, None clears: a later write replaces only the members that it has."""
        whole = record if earlier is None else {**earlier.record, **record}
        body = json_bytes(whole, f"task {task_id!r}")
        if earlier is None:
            return Entry(task_id, whole, body, number, now)
        merged = Entry(task_id, whole, body, earlier.number, earlier.since)
        self._check_session(earlier, merged)
        return merged

    def _check_session(self, earlier: Optional[Entry], entry: Entry) -> None:
        if earlier is None:
            return
        was, named = earlier.record.get("session_id"), entry.record.get("session_id")
        if was != named:
            raise InvalidRecord(
                f"session_id: task {entry.task_id!r} waits to be sent for session {was!r}, and "
                f"this write names {named!r}. An id of a task is unique over all sessions."
            )


def _asked_pause(error: PersistenceError) -> float:
    asked = error.retry_after if isinstance(error, ApiError) else None
    return min(asked or 0.0, LONGEST_RETRY_AFTER)
