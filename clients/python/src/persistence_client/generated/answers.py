"""The answers of the service.

Generated from docs/openapi.json by `npm run python:generate`; do not edit.
"""

from __future__ import annotations

from typing import Any, Dict, List, Literal, Optional, TypedDict, Union

from persistence_client.generated.records import Session, ListedSession, Task


class BatchAnswerQuarantined(TypedDict):
    """`BatchAnswerQuarantined` of the API."""

    index: int
    """Position of the record in the batch, the first is 0."""

    key: str
    """The id of the record."""

    reason: str
    """Why the store refused it: a code, a colon, a sentence."""


class BatchAnswerRequired(TypedDict):
    """The members that a BatchAnswer always has."""

    status: Literal["accepted", "stored"]
    """`accepted`: the batch is safe on the disk of the service, and will be stored. `stored`: it
    is committed to the store.
    """

    count: int
    """Number of records in the batch."""

    timestamp: str
    """When the batch was accepted; the `updated_at` of its records."""


class BatchAnswer(BatchAnswerRequired, total=False):
    """`BatchAnswer` of the API."""

    quarantined: List[BatchAnswerQuarantined]
    """Only with `ack=stored`: the records that the store refused. They wait in quarantine."""


class ProblemErrorsRequired(TypedDict):
    """The members that a ProblemErrors always has."""

    path: str
    """What the problem is in, such as `tasks[3].confidence`."""

    message: str
    """What was expected."""


class ProblemErrors(ProblemErrorsRequired, total=False):
    """`ProblemErrors` of the API."""

    value: Union[str, float, bool, None]
    """What was found, shortened; absent if it is no simple value."""


class ProblemRequired(TypedDict):
    """The members that a Problem always has."""

    type: str
    """A URN for the kind of problem."""

    title: str
    """The kind of problem in words."""

    status: int
    """The HTTP status."""

    detail: str
    """What happened, for people."""

    error_code: Literal["VALIDATION_ERROR", "INVALID_JSON", "HTTP_400", "HTTP_404", "HTTP_405", "HTTP_408", "HTTP_417", "HTTP_431", "PAYLOAD_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE", "UNAUTHORIZED", "FORBIDDEN", "SESSION_MISMATCH", "HOST_NOT_ALLOWED", "RATE_LIMITED", "BUFFER_FULL", "STORAGE_UNAVAILABLE", "JOURNAL_UNAVAILABLE", "SHUTTING_DOWN", "INTERNAL_ERROR"]
    """The kind of problem, for programs."""

    request_id: str
    """Identifies the request in the log; also in the header X-Request-Id."""


class Problem(ProblemRequired, total=False):
    """`Problem` of the API."""

    errors: List[ProblemErrors]
    """The first 100 problems found."""


class FlushAnswer(TypedDict):
    """`FlushAnswer` of the API."""

    status: Literal["flushed"]
    """Everything accepted before this call is settled."""

    sessions_written: int
    """Number of sessions that this call itself stored."""

    tasks_written: int
    """Number of tasks that this call itself stored."""

    duration_ms: int
    """Milliseconds that the call took."""


class DeletedSession(TypedDict):
    """`DeletedSession` of the API."""

    status: Literal["deleted"]
    """No write accepted before brings the session back."""

    session_id: str
    """The id of the session."""

    deleted_tasks: int
    """Number of tasks that were deleted with their sessions."""


class CleanUpAnswer(TypedDict):
    """`CleanUpAnswer` of the API."""

    deleted_sessions: int
    """Number of sessions that were deleted."""

    deleted_tasks: int
    """Number of tasks that were deleted with their sessions."""

    dry_run: bool
    """True if nothing was deleted, and the numbers say what would have been."""


class SessionPage(TypedDict):
    """`SessionPage` of the API."""

    total: int
    """Number of records that match the filters, over all pages. Beyond 10,000 it may be up to ten
    seconds old, or two minutes if it takes seconds to count; use `fresh=true` for an exact
    number.
    """

    page: int
    """Number of this page, the first is 1."""

    page_size: int
    """Maximum number of records on a page: the one that was asked for, at most 100."""

    total_pages: int
    """Number of pages of this size."""

    items: List[ListedSession]
    """The records of this page, in the order that was asked for."""

    next_cursor: Optional[str]
    """Send it as `cursor` for the next page; null on the last page."""


class TaskPage(TypedDict):
    """`TaskPage` of the API."""

    total: int
    """Number of records that match the filters, over all pages. Beyond 10,000 it may be up to ten
    seconds old, or two minutes if it takes seconds to count; use `fresh=true` for an exact
    number.
    """

    page: int
    """Number of this page, the first is 1."""

    page_size: int
    """Maximum number of records on a page: the one that was asked for, at most 100."""

    total_pages: int
    """Number of pages of this size."""

    items: List[Task]
    """The records of this page, in the order that was asked for."""

    next_cursor: Optional[str]
    """Send it as `cursor` for the next page; null on the last page."""


class RetriedSession(TypedDict):
    """`RetriedSession` of the API."""

    session_id: str
    """The id of the session."""

    retried_tasks: int
    """Number of failed tasks that are set back to `pending`."""


class IncompleteSessions(TypedDict):
    """`IncompleteSessions` of the API."""

    count: int
    """Number of sessions in the answer."""

    sessions: List[Session]
    """Unfinished sessions, and finished ones that have unfinished tasks; newest first."""


class RestoredSession(TypedDict):
    """`RestoredSession` of the API."""

    session_id: str
    """The id of the session."""

    session: Any

    tasks_count: int
    """Number of tasks in the answer."""

    tasks: List[Task]
    """The unfinished tasks of the session."""

    restored_at: str
    """When the answer was made."""


class QuarantinePage(TypedDict):
    """`QuarantinePage` of the API."""

    total: int
    """Number of records that match the filters, over all pages. Beyond 10,000 it may be up to ten
    seconds old, or two minutes if it takes seconds to count; use `fresh=true` for an exact
    number.
    """

    page: int
    """Number of this page, the first is 1."""

    page_size: int
    """Maximum number of records on a page: the one that was asked for, at most 100."""

    total_pages: int
    """Number of pages of this size."""

    items: List[QuarantinedRecord]
    """The records of this page, in the order that was asked for."""

    next_cursor: Optional[str]
    """Send it as `cursor` for the next page; null on the last page."""


class QuarantinedRecord(TypedDict):
    """`QuarantinedRecord` of the API."""

    id: str
    """The id of the record in quarantine, to requeue it or to drop it."""

    collection: str
    """The collection of the record."""

    key: str
    """The id of the session or of the task."""

    reason: str
    """Why the store refused it: a code, a colon, a sentence."""

    attempts: int
    """How often the store has refused it."""

    quarantined_at: str
    """When it came into quarantine."""

    record: Dict[str, Any]
    """The fields of the write, as they were accepted."""


class RequeuedAnswer(TypedDict):
    """`RequeuedAnswer` of the API."""

    requeued: int
    """Number of records that are tried again."""


class DroppedAnswer(TypedDict):
    """`DroppedAnswer` of the API."""

    status: Literal["deleted"]
    """The record is no longer in quarantine."""
