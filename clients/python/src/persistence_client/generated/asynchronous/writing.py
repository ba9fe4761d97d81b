"""Operations: writing.

Generated from docs/openapi.json by `npm run python:generate`; do not edit.
"""

from __future__ import annotations

from typing import Iterable, Literal, Optional, Sequence

from persistence_client.calls.asynchronous import AsyncCalls
from persistence_client.calls.encoding import segment
from persistence_client.generated.answers import BatchAnswer, FlushAnswer, RetriedSession
from persistence_client.generated.records import SendableSession, SendableTask


class AsyncWriting(AsyncCalls):
    """The operations of the API for writing."""

    async def accept_sessions(
        self,
        sessions: Iterable[SendableSession],
        *,
        ack: Optional[Literal["accepted", "stored"]] = None,
    ) -> BatchAnswer:
        """Accept up to 10,000 sessions.

        The batch is accepted as a whole or not at all. An omitted field keeps its stored value;
        null clears it.

        Args:
            sessions: 0 to 10000 records. They are accepted as a whole or not at all; if a key
                occurs twice, the later one wins field by field.
            ack: `stored`: answer only when these records are committed to the store or
                quarantined. With `buffer.durability: stored` every answer is of this kind.
        """
        answer: BatchAnswer = await self._call(
            "POST",
            "/api/v1/translation/sessions/batch",
            query={"ack": ack},
            body={"sessions": sessions},
        )
        return answer

    async def accept_tasks(
        self,
        tasks: Iterable[SendableTask],
        *,
        ack: Optional[Literal["accepted", "stored"]] = None,
    ) -> BatchAnswer:
        """Accept up to 10,000 tasks.

        The batch is accepted as a whole or not at all. An omitted field keeps its stored value;
        null clears it.

        Args:
            tasks: 0 to 10000 records. They are accepted as a whole or not at all; if a key
                occurs twice, the later one wins field by field.
            ack: `stored`: answer only when these records are committed to the store or
                quarantined. With `buffer.durability: stored` every answer is of this kind.
        """
        answer: BatchAnswer = await self._call(
            "POST",
            "/api/v1/translation/tasks/batch",
            query={"ack": ack},
            body={"tasks": tasks},
        )
        return answer

    async def flush(self) -> FlushAnswer:
        """Store everything accepted before this call.

        Answers after the commit. If the store cannot be reached the answer is 503, and nothing
        is lost.
        """
        answer: FlushAnswer = await self._call(
            "POST",
            "/api/v1/translation/flush",
        )
        return answer

    async def retry_session(
        self,
        session_id: str,
        *,
        sheet_name: Optional[str] = None,
        batch_id: Optional[str] = None,
        message: Optional[str] = None,
        task_ids: Optional[Sequence[str]] = None,
    ) -> RetriedSession:
        """Set failed tasks of a session back to pending.

        All of them, or those that meet every member of the body. The error message is cleared
        and `retry_count` grows by one; a finished session becomes `processing`, so that
        `/recovery` lists it. Waits until everything accepted before is stored; what is written
        to a task later wins.

        Args:
            sheet_name: Only tasks of this sheet.
            batch_id: Only tasks of this batch.
            message: Only tasks of this group of `/failures`; an error message is grouped as
                there.
            task_ids: Only these tasks, at most 10000; those that are not failed are left as
                they are.
        """
        answer: RetriedSession = await self._call(
            "POST",
            f"/api/v1/translation/sessions/{segment(session_id)}/retry",
            body={
                "sheet_name": sheet_name, "batch_id": batch_id, "message": message,
                "task_ids": task_ids,
            },
            once=True,
        )
        return answer
