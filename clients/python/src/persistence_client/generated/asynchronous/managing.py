"""Operations: managing.

Generated from docs/openapi.json by `npm run python:generate`; do not edit.
"""

from __future__ import annotations

from typing import Optional

from persistence_client.calls.asynchronous import AsyncCalls
from persistence_client.calls.encoding import segment
from persistence_client.generated.answers import DeletedSession, CleanUpAnswer
from persistence_client.generated.reports import Statistics


class AsyncManaging(AsyncCalls):
    """The operations of the API for managing."""

    async def delete_session(self, session_id: str) -> DeletedSession:
        """Delete a session and its tasks, including buffered writes.

        A delete is a write: no write accepted before it, wherever it waits, restores the
        session or a task of it; a write accepted after it creates the record anew.
        """
        answer: DeletedSession = await self._call(
            "DELETE",
            f"/api/v1/translation/sessions/{segment(session_id)}",
            once=True,
        )
        return answer

    async def clean_up_sessions(
        self,
        *,
        completed_days: Optional[int] = None,
        failed_days: Optional[int] = None,
        dry_run: Optional[bool] = None,
    ) -> CleanUpAnswer:
        """Delete finished sessions older than the given days.

        Completed, cancelled and skipped sessions after `completed_days`, failed ones after
        `failed_days`, counted from their creation. Their tasks are deleted too; a session with
        unfinished tasks stays. Waits until everything accepted before is stored.

        Args:
            completed_days: Days since its creation after which a completed, cancelled or
                skipped session is deleted.
            failed_days: Days since its creation after which a failed session is deleted.
            dry_run: Only count what would be deleted.
        """
        answer: CleanUpAnswer = await self._call(
            "POST",
            "/api/v1/translation/sessions/cleanup",
            query={
                "completed_days": completed_days, "failed_days": failed_days,
                "dry_run": dry_run,
            },
            once=True,
        )
        return answer

    async def get_statistics(self, *, fresh: Optional[bool] = None) -> Statistics:
        """Counts by status, averages and sizes of the stored records.

        For more than 10,000 records the figures may be some seconds old; `fresh=true` waits
        until everything accepted before is stored, and counts again.

        Args:
            fresh: Wait until everything accepted before this request is stored.
        """
        answer: Statistics = await self._call(
            "GET",
            "/api/v1/translation/stats",
            query={"fresh": fresh},
        )
        return answer
