"""The answers of the service.

Generated from docs/openapi.json by `npm run python:generate`; do not edit.
"""

from __future__ import annotations

from typing import Any, Dict, List, Literal, Optional, TypedDict, Union

from persistence_client.generated.records import Session, ListedSession, Task


class BatchAnswerQuarantined(TypedDict):
    """`BatchAnswerQuarantined` of the API."""

    index: int

    key: str

    reason: str


class BatchAnswerRequired(TypedDict):
    """The members that a BatchAnswer always has."""

    status: Literal["accepted", "stored"]

    count: int

    timestamp: str


class BatchAnswer(BatchAnswerRequired, total=False):
    """`BatchAnswer` of the API."""

    quarantined: List[BatchAnswerQuarantined]
    """With ack=stored: the records that the store refused."""


class ProblemErrorsRequired(TypedDict):
    """The members that a ProblemErrors always has."""

    path: str

    message: str


class ProblemErrors(ProblemErrorsRequired, total=False):
    """`ProblemErrors` of the API."""

    value: Union[str, float, bool, None]


class ProblemRequired(TypedDict):
    """The members that a Problem always has."""

    type: str

    title: str

    status: int

    detail: str

    error_code: Literal["VALIDATION_ERROR", "INVALID_JSON", "HTTP_400", "HTTP_404", "HTTP_405", "HTTP_408", "HTTP_417", "HTTP_431", "PAYLOAD_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE", "UNAUTHORIZED", "FORBIDDEN", "SESSION_MISMATCH", "HOST_NOT_ALLOWED", "RATE_LIMITED", "BUFFER_FULL", "STORAGE_UNAVAILABLE", "JOURNAL_UNAVAILABLE", "SHUTTING_DOWN", "INTERNAL_ERROR"]

    request_id: str


class Problem(ProblemRequired, total=False):
    """`Problem` of the API."""

    errors: List[ProblemErrors]


class FlushAnswer(TypedDict):
    """`FlushAnswer` of the API."""

    status: Literal["flushed"]

    sessions_written: int

    tasks_written: int

    duration_ms: int


class DeletedSession(TypedDict):
    """`DeletedSession` of the API."""

    status: Literal["deleted"]

    session_id: str

    deleted_tasks: int


class CleanUpAnswer(TypedDict):
    """`CleanUpAnswer` of the API."""

    deleted_sessions: int

    deleted_tasks: int

    dry_run: bool


class SessionPage(TypedDict):
    """`SessionPage` of the API."""

    total: int
    """Number of records that match the filters, over all pages. Beyond 10,000 it may be up to ten
    seconds old; use `fresh=true` for an exact number.
    """

    page: int

    page_size: int

    total_pages: int

    items: List[ListedSession]

    next_cursor: Optional[str]
    """Send it as `cursor` for the next page; null on the last page."""


class TaskPage(TypedDict):
    """`TaskPage` of the API."""

    total: int
    """Number of records that match the filters, over all pages. Beyond 10,000 it may be up to ten
    seconds old; use `fresh=true` for an exact number.
    """

    page: int

    page_size: int

    total_pages: int

    items: List[Task]

    next_cursor: Optional[str]
    """Send it as `cursor` for the next page; null on the last page."""


class RetriedSession(TypedDict):
    """`RetriedSession` of the API."""

    session_id: str

    retried_tasks: int


class IncompleteSessions(TypedDict):
    """`IncompleteSessions` of the API."""

    count: int

    sessions: List[Session]


class RestoredSession(TypedDict):
    """`RestoredSession` of the API."""

    session_id: str

    session: Session

    tasks_count: int

    tasks: List[Task]

    restored_at: str


class QuarantinePage(TypedDict):
    """`QuarantinePage` of the API."""

    total: int
    """Number of records that match the filters, over all pages. Beyond 10,000 it may be up to ten
    seconds old; use `fresh=true` for an exact number.
    """

    page: int

    page_size: int

    total_pages: int

    items: List[QuarantinedRecord]

    next_cursor: Optional[str]
    """Send it as `cursor` for the next page; null on the last page."""


class QuarantinedRecord(TypedDict):
    """`QuarantinedRecord` of the API."""

    id: str

    collection: str

    key: str

    reason: str

    attempts: int

    quarantined_at: str

    record: Dict[str, Any]


class RequeuedAnswer(TypedDict):
    """`RequeuedAnswer` of the API."""

    requeued: int


class DroppedAnswer(TypedDict):
    """`DroppedAnswer` of the API."""

    status: Literal["deleted"]
