"""Tells the caller of a writer what went wrong in the background, once."""

from __future__ import annotations

from typing import Optional

from persistence_client.errors import PersistenceError
from persistence_client.writing.backlog import Backlog
from persistence_client.writing.errors import RecordsNotSent, RecordsRefused


class Reporting:
    """Remembers which errors of a backlog were raised. `seen`: its `failures` when a call began."""

    def __init__(self, backlog: Backlog) -> None:
        self._backlog = backlog
        self._reported = 0

    def has_failed(self, seen: int) -> bool:
        """Whether batches cannot be sent now, and this caller was not told."""
        is_news = self._backlog.failures > min(seen, self._reported)
        return self._backlog.error is not None and is_news

    def raise_errors(self, seen: int, task_id: Optional[str] = None) -> None:
        """Raises what is to be told; of refused records those of all tasks, or of one."""
        backlog = self._backlog
        has_failed = self.has_failed(seen)
        refused = backlog.take_refused(task_id)
        if has_failed and backlog.error is not None:
            self._reported = backlog.failures
            raise RecordsNotSent(backlog.records(), backlog.error, refused)
        if refused:
            raise RecordsRefused(refused)

    def raise_at_end(self) -> None:
        """Raises what is to be told when nothing more is sent: all that is left is not sent."""
        backlog = self._backlog
        refused = backlog.take_refused()
        if len(backlog) > 0:
            self._reported = backlog.failures
            cause = backlog.error or PersistenceError("the writer ended before it sent them")
            raise RecordsNotSent(backlog.records(), cause, refused)
        if refused:
            raise RecordsRefused(refused)
