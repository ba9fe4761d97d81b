"""The errors of a writer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Sequence

from persistence_client.errors import PersistenceError


@dataclass(frozen=True)
class RefusedRecord:
    """A record that the service refused, and why."""

    record: Dict[str, Any]
    reason: str
    error: Optional[PersistenceError] = None
    """The refusal of the batch. None: the record was accepted, and is in quarantine."""

    @property
    def is_quarantined(self) -> bool:
        """Whether the service holds the record in quarantine: it is not lost."""
        return self.error is None


class WriterError(PersistenceError):
    """Base of the errors of a writer."""

    refused: List[RefusedRecord]
    """The records that the service refused, and that no error told of before."""
    body_error: Optional[BaseException] = None
    """What the body of `with` had raised, if the end of `with` raises this in its place."""

    def __str__(self) -> str:
        if self.body_error is None:
            return self._text()
        return f"{self._text()}; before, the body of `with` raised {self.body_error!r}"

    def during(self, error: Optional[BaseException]) -> None:
        """Notes the error of the body of `with`; one of the writer itself says nothing more."""
        if not isinstance(error, WriterError):
            self.body_error = error

    def _text(self) -> str:
        raise NotImplementedError


class RecordsRefused(WriterError):
    """The service refused these records; the writer no longer has them.

    The other records of the batch were sent. Correct the records and put them again.
    """

    def __init__(self, refused: Sequence[RefusedRecord]) -> None:
        super().__init__(refused)
        self.refused = list(refused)

    def _text(self) -> str:
        return refusals_text(self.refused)


class RecordsNotSent(WriterError):
    """The service could not be reached, or refused the request itself (`__cause__`).

    From `put` and `flush`: the writer still has the records, and sends them again by itself. From
    the end of `with`, and from `close`: the writer gives up. `records` are all that were not sent,
    `refused` those that the service refused and that were not reported yet.
    """

    def __init__(
        self,
        records: Sequence[Dict[str, Any]],
        cause: BaseException,
        refused: Sequence[RefusedRecord] = (),
    ) -> None:
        super().__init__(records, cause, refused)
        self.records: List[Dict[str, Any]] = list(records)
        self.refused = list(refused)
        self.__cause__ = cause

    def _text(self) -> str:
        text = f"{len(self.records)} records are not sent: {self.__cause__}"
        return f"{text}; {refusals_text(self.refused)}" if self.refused else text


def refusals_text(refused: Sequence[RefusedRecord]) -> str:
    """Says how many were refused, and why the first was."""
    first = refused[0]
    more = f" (and {len(refused) - 1} more)" if len(refused) > 1 else ""
    return f"refused: task {first.record.get('task_id')!r}: {first.reason}{more}"
