"""Operations: listing.

Generated from docs/openapi.json by `npm run python:generate`; do not edit.
"""

from __future__ import annotations

from datetime import date
from typing import AsyncIterator, Literal, Optional, Sequence, Union

from persistence_client.calls.asynchronous import AsyncCalls
from persistence_client.calls.encoding import segment
from persistence_client.generated.answers import SessionPage, TaskPage
from persistence_client.generated.reports import Failures
from persistence_client.generated.records import ListedSession, Task


class AsyncListing(AsyncCalls):
    """The operations of the API for listing."""

    async def list_sessions(
        self,
        *,
        status: Optional[Union[str, Sequence[str]]] = None,
        llm_provider: Optional[Union[str, Sequence[str]]] = None,
        from_date: Optional[Union[str, date]] = None,
        to_date: Optional[Union[str, date]] = None,
        updated_from: Optional[Union[str, date]] = None,
        updated_to: Optional[Union[str, date]] = None,
        filename: Optional[str] = None,
        page: Optional[int] = None,
        page_size: Optional[int] = None,
        sort_by: Optional[Literal["created_at", "updated_at", "filename", "status", "session_id"]] = None,
        order: Optional[Literal["asc", "desc"]] = None,
        cursor: Optional[str] = None,
        fresh: Optional[bool] = None,
        include: Optional[Literal["progress"]] = None,
    ) -> SessionPage:
        """List stored sessions.

        Page by page, with `page` or, for deep paging, `cursor`. Shows what is stored;
        `fresh=true` waits until everything accepted before is stored. A page of large records
        is streamed: if the store fails in the middle, the answer is cut off and is not valid
        JSON.

        Args:
            status: One status, or several separated by commas.
            llm_provider: One llm_provider, or several separated by commas.
            from_date: Created at or after this time; without a zone it is UTC.
            to_date: Created at or before this time; a date without a time includes the whole
                day.
            updated_from: Updated at or after this time; without a zone it is UTC.
            updated_to: Updated at or before this time; a date without a time includes the whole
                day.
            filename: A part of filename; case-sensitive.
            page: Number of the page. For deep paging use `cursor`: a later page takes longer.
            page_size: At most 100; a larger number is reduced to it.
            sort_by: The field to sort by. Records with the same value are sorted by their key.
            order: Ascending or descending; keys of equal values in the same direction.
            cursor: The `next_cursor` of the previous page; replaces `page`, for deep paging.
            fresh: Wait until everything accepted before this request is stored.
            include: Adds to each session how far it is, counted from its stored tasks. If the
                sessions of the page have more than 100,000 tasks, the counts may be some
                seconds old.
        """
        answer: SessionPage = await self._call(
            "GET",
            "/api/v1/translation/sessions",
            query={
                "status": status, "llm_provider": llm_provider, "from_date": from_date,
                "to_date": to_date, "updated_from": updated_from, "updated_to": updated_to,
                "filename": filename, "page": page, "page_size": page_size, "sort_by": sort_by,
                "order": order, "cursor": cursor, "fresh": fresh, "include": include,
            },
        )
        return answer

    def iter_sessions(
        self,
        *,
        status: Optional[Union[str, Sequence[str]]] = None,
        llm_provider: Optional[Union[str, Sequence[str]]] = None,
        from_date: Optional[Union[str, date]] = None,
        to_date: Optional[Union[str, date]] = None,
        updated_from: Optional[Union[str, date]] = None,
        updated_to: Optional[Union[str, date]] = None,
        filename: Optional[str] = None,
        page_size: int = 100,
        sort_by: Optional[Literal["created_at", "updated_at", "filename", "status", "session_id"]] = None,
        order: Optional[Literal["asc", "desc"]] = None,
        fresh: Optional[bool] = None,
        include: Optional[Literal["progress"]] = None,
    ) -> AsyncIterator[ListedSession]:
        """Every record of `list_sessions`, page by page. The arguments are the same."""
        return self._iterate(
            "/api/v1/translation/sessions",
            query={
                "status": status, "llm_provider": llm_provider, "from_date": from_date,
                "to_date": to_date, "updated_from": updated_from, "updated_to": updated_to,
                "filename": filename, "page_size": page_size, "sort_by": sort_by,
                "order": order, "fresh": fresh, "include": include,
            },
            by="cursor",
        )

    async def list_tasks(
        self,
        *,
        session_id: Optional[str] = None,
        status: Optional[Union[str, Sequence[str]]] = None,
        sheet_name: Optional[str] = None,
        column_name: Optional[str] = None,
        batch_id: Optional[str] = None,
        text: Optional[str] = None,
        from_date: Optional[Union[str, date]] = None,
        to_date: Optional[Union[str, date]] = None,
        updated_from: Optional[Union[str, date]] = None,
        updated_to: Optional[Union[str, date]] = None,
        page: Optional[int] = None,
        page_size: Optional[int] = None,
        sort_by: Optional[Literal["created_at", "updated_at", "row_index", "status", "task_id"]] = None,
        order: Optional[Literal["asc", "desc"]] = None,
        cursor: Optional[str] = None,
        fresh: Optional[bool] = None,
    ) -> TaskPage:
        """List stored tasks.

        Page by page, with `page` or, for deep paging, `cursor`. Shows what is stored;
        `fresh=true` waits until everything accepted before is stored. A page of large records
        is streamed: if the store fails in the middle, the answer is cut off and is not valid
        JSON.

        Args:
            session_id: This session_id, compared byte for byte.
            status: One status, or several separated by commas.
            sheet_name: This sheet_name, compared byte for byte.
            column_name: This column_name, compared byte for byte. Only together with the record
                that these belong to.
            batch_id: This batch_id, compared byte for byte.
            text: A part of source_text or target_text or context or error_message;
                case-sensitive. Only together with the record that these belong to.
            from_date: Created at or after this time; without a zone it is UTC.
            to_date: Created at or before this time; a date without a time includes the whole
                day.
            updated_from: Updated at or after this time; without a zone it is UTC.
            updated_to: Updated at or before this time; a date without a time includes the whole
                day.
            page: Number of the page. For deep paging use `cursor`: a later page takes longer.
            page_size: At most 100; a larger number is reduced to it.
            sort_by: The field to sort by. Records with the same value are sorted by their key.
            order: Ascending or descending; keys of equal values in the same direction.
            cursor: The `next_cursor` of the previous page; replaces `page`, for deep paging.
            fresh: Wait until everything accepted before this request is stored.
        """
        answer: TaskPage = await self._call(
            "GET",
            "/api/v1/translation/tasks",
            query={
                "session_id": session_id, "status": status, "sheet_name": sheet_name,
                "column_name": column_name, "batch_id": batch_id, "text": text,
                "from_date": from_date, "to_date": to_date, "updated_from": updated_from,
                "updated_to": updated_to, "page": page, "page_size": page_size,
                "sort_by": sort_by, "order": order, "cursor": cursor, "fresh": fresh,
            },
        )
        return answer

    def iter_tasks(
        self,
        *,
        session_id: Optional[str] = None,
        status: Optional[Union[str, Sequence[str]]] = None,
        sheet_name: Optional[str] = None,
        column_name: Optional[str] = None,
        batch_id: Optional[str] = None,
        text: Optional[str] = None,
        from_date: Optional[Union[str, date]] = None,
        to_date: Optional[Union[str, date]] = None,
        updated_from: Optional[Union[str, date]] = None,
        updated_to: Optional[Union[str, date]] = None,
        page_size: int = 100,
        sort_by: Optional[Literal["created_at", "updated_at", "row_index", "status", "task_id"]] = None,
        order: Optional[Literal["asc", "desc"]] = None,
        fresh: Optional[bool] = None,
    ) -> AsyncIterator[Task]:
        """Every record of `list_tasks`, page by page. The arguments are the same."""
        return self._iterate(
            "/api/v1/translation/tasks",
            query={
                "session_id": session_id, "status": status, "sheet_name": sheet_name,
                "column_name": column_name, "batch_id": batch_id, "text": text,
                "from_date": from_date, "to_date": to_date, "updated_from": updated_from,
                "updated_to": updated_to, "page_size": page_size, "sort_by": sort_by,
                "order": order, "fresh": fresh,
            },
            by="cursor",
        )

    async def list_tasks_of_session(
        self,
        session_id: str,
        *,
        status: Optional[Union[str, Sequence[str]]] = None,
        sheet_name: Optional[str] = None,
        column_name: Optional[str] = None,
        batch_id: Optional[str] = None,
        text: Optional[str] = None,
        page: Optional[int] = None,
        page_size: Optional[int] = None,
        sort_by: Optional[Literal["created_at", "updated_at", "row_index", "status", "task_id"]] = None,
        order: Optional[Literal["asc", "desc"]] = None,
        cursor: Optional[str] = None,
        fresh: Optional[bool] = None,
    ) -> TaskPage:
        """List the stored tasks of a session.

        Page by page, with `page` or, for deep paging, `cursor`. Shows what is stored;
        `fresh=true` waits until everything accepted before is stored. A page of large records
        is streamed: if the store fails in the middle, the answer is cut off and is not valid
        JSON.

        Args:
            status: One status, or several separated by commas.
            sheet_name: This sheet_name, compared byte for byte.
            column_name: This column_name, compared byte for byte. Only together with the record
                that these belong to.
            batch_id: This batch_id, compared byte for byte.
            text: A part of source_text or target_text or context or error_message;
                case-sensitive. Only together with the record that these belong to.
            page: Number of the page. For deep paging use `cursor`: a later page takes longer.
            page_size: At most 100; a larger number is reduced to it.
            sort_by: The field to sort by. Records with the same value are sorted by their key.
            order: Ascending or descending; keys of equal values in the same direction.
            cursor: The `next_cursor` of the previous page; replaces `page`, for deep paging.
            fresh: Wait until everything accepted before this request is stored.
        """
        answer: TaskPage = await self._call(
            "GET",
            f"/api/v1/translation/sessions/{segment(session_id)}/tasks",
            query={
                "status": status, "sheet_name": sheet_name, "column_name": column_name,
                "batch_id": batch_id, "text": text, "page": page, "page_size": page_size,
                "sort_by": sort_by, "order": order, "cursor": cursor, "fresh": fresh,
            },
        )
        return answer

    def iter_tasks_of_session(
        self,
        session_id: str,
        *,
        status: Optional[Union[str, Sequence[str]]] = None,
        sheet_name: Optional[str] = None,
        column_name: Optional[str] = None,
        batch_id: Optional[str] = None,
        text: Optional[str] = None,
        page_size: int = 100,
        sort_by: Optional[Literal["created_at", "updated_at", "row_index", "status", "task_id"]] = None,
        order: Optional[Literal["asc", "desc"]] = None,
        fresh: Optional[bool] = None,
    ) -> AsyncIterator[Task]:
        """Every record of `list_tasks_of_session`, page by page. The arguments are the same."""
        return self._iterate(
            f"/api/v1/translation/sessions/{segment(session_id)}/tasks",
            query={
                "status": status, "sheet_name": sheet_name, "column_name": column_name,
                "batch_id": batch_id, "text": text, "page_size": page_size, "sort_by": sort_by,
                "order": order, "fresh": fresh,
            },
            by="cursor",
        )

    async def list_failures(
        self,
        *,
        session_id: Optional[str] = None,
        limit: Optional[int] = None,
        fresh: Optional[bool] = None,
    ) -> Failures:
        """Failed tasks, grouped by cause.

        Tasks whose status is `failed`, grouped by what their error messages have in common, the
        largest group first. At most the newest 10,000 tasks are looked at.

        Args:
            session_id: Only tasks of this session.
            limit: Maximum number of groups.
            fresh: Wait until everything accepted before this request is stored.
        """
        answer: Failures = await self._call(
            "GET",
            "/api/v1/translation/failures",
            query={"session_id": session_id, "limit": limit, "fresh": fresh},
        )
        return answer
