"""Operations: reading.

Generated from docs/openapi.json by `npm run python:generate`; do not edit.
"""

from __future__ import annotations

from typing import Literal, Optional

from persistence_client.calls.asynchronous import AsyncCalls
from persistence_client.calls.encoding import segment
from persistence_client.calls.exporting import ExportedFile, Target
from persistence_client.generated.reports import SessionProgress
from persistence_client.generated.records import Session, Task


class AsyncReading(AsyncCalls):
    """The operations of the API for reading."""

    async def get_session(self, session_id: str) -> Session:
        """One session, with every accepted write, flushed or not.

        The stored session merged with its pending writes in the buffer of this instance.
        """
        answer: Session = await self._call(
            "GET",
            f"/api/v1/translation/sessions/{segment(session_id)}",
        )
        return answer

    async def get_task(self, task_id: str) -> Task:
        """One task, with every accepted write, flushed or not.

        The stored task merged with its pending writes in the buffer of this instance.
        """
        answer: Task = await self._call(
            "GET",
            f"/api/v1/translation/tasks/{segment(task_id)}",
        )
        return answer

    async def get_session_progress(
        self,
        session_id: str,
        *,
        fresh: Optional[bool] = None,
    ) -> SessionProgress:
        """How far a session is, sheet by sheet.

        Counted from the stored tasks of the session, not from its own counters. For more than
        10,000 tasks the counts may be some seconds old, unless `fresh=true` is given.

        Args:
            fresh: Wait until everything accepted before this request is stored.
        """
        answer: SessionProgress = await self._call(
            "GET",
            f"/api/v1/translation/sessions/{segment(session_id)}/progress",
            query={"fresh": fresh},
        )
        return answer

    async def export_session(
        self,
        session_id: str,
        to: Target,
        *,
        format: Optional[Literal["xlsx", "csv", "ndjson"]] = None,
        layout: Optional[Literal["sheets", "records"]] = None,
        formulas: Optional[Literal["quote", "keep"]] = None,
    ) -> ExportedFile:
        """A session as a file.

        Waits until everything accepted before is stored. The file is streamed: if the store
        fails in the middle, it is cut off and the connection is closed. docs/exports.md
        describes the formats.

        Args:
            to: A path, or a binary file. It gets the whole file or nothing.
            format: `xlsx`: a workbook. `csv`: UTF-8 with a byte order mark. `ndjson`: a JSON
                object in each line, the session first.
            layout: `sheets` (only xlsx, and its default): a worksheet for each sheet, with a
                row for each row and a column for each column of the file. `records`: a row or a
                line for each task, with every field.
            formulas: Only for csv. `quote`: a text that a spreadsheet would run as a formula
                gets a leading apostrophe. `keep`: every text stays as it is.
        """
        answer: ExportedFile = await self._download(
            "GET",
            f"/api/v1/translation/sessions/{segment(session_id)}/export",
            query={"format": format, "layout": layout, "formulas": formulas},
            to=to,
            kinds=(
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "text/csv",
                "application/x-ndjson",
            ),
        )
        return answer
