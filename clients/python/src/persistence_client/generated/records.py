"""The records of the service.

Generated from docs/openapi.json by `npm run python:generate`; do not edit.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Dict, Mapping, Optional, TypedDict, Union


class SessionInputRequired(TypedDict):
    """The members that a SessionInput always has."""

    session_id: str

    filename: str

    file_path: str

    status: str

    llm_provider: str


class SessionInput(SessionInputRequired, total=False):
    """A session as it is sent."""

    game_info: Optional[Dict[str, Any]]

    metadata: Optional[Dict[str, Any]]

    total_tasks: int

    completed_tasks: int

    failed_tasks: int

    processing_tasks: int

    created_at: Any
    """Ignored: set by the service."""

    updated_at: Any
    """Ignored: set by the service."""


class Session(TypedDict):
    """`Session` of the API."""

    session_id: str

    filename: str

    file_path: str

    status: str

    game_info: Optional[Dict[str, Any]]

    llm_provider: str

    metadata: Optional[Dict[str, Any]]

    total_tasks: int

    completed_tasks: int

    failed_tasks: int

    processing_tasks: int

    created_at: str

    updated_at: str


class ListedSessionProgress(TypedDict):
    """Only with `include=progress`."""

    total: int
    """Number of stored tasks."""

    by_status: Dict[str, int]
    """Number of stored tasks by status."""


class ListedSessionRequired(TypedDict):
    """The members that a ListedSession always has."""

    session_id: str

    filename: str

    file_path: str

    status: str

    game_info: Optional[Dict[str, Any]]

    llm_provider: str

    metadata: Optional[Dict[str, Any]]

    total_tasks: int

    completed_tasks: int

    failed_tasks: int

    processing_tasks: int

    created_at: str

    updated_at: str


class ListedSession(ListedSessionRequired, total=False):
    """`ListedSession` of the API."""

    progress: ListedSessionProgress
    """Only with `include=progress`."""


class TaskInputRequired(TypedDict):
    """The members that a TaskInput always has."""

    task_id: str

    session_id: str

    batch_id: str

    sheet_name: str

    row_index: int

    column_name: str

    source_text: str
    """At most 1048576 bytes of UTF-8."""

    status: str


class TaskInput(TaskInputRequired, total=False):
    """A task as it is sent."""

    target_text: Optional[str]
    """At most 1048576 bytes of UTF-8."""

    context: Optional[str]
    """At most 1048576 bytes of UTF-8."""

    confidence: Optional[float]

    error_message: Optional[str]
    """At most 1048576 bytes of UTF-8."""

    retry_count: int

    start_time: Union[str, datetime, None]
    """An ISO 8601 date-time; without a zone it is UTC."""

    end_time: Union[str, datetime, None]
    """An ISO 8601 date-time; without a zone it is UTC."""

    duration_ms: Optional[int]

    created_at: Any
    """Ignored: set by the service."""

    updated_at: Any
    """Ignored: set by the service."""


class Task(TypedDict):
    """`Task` of the API."""

    task_id: str

    session_id: str

    batch_id: str

    sheet_name: str

    row_index: int

    column_name: str

    source_text: str

    target_text: Optional[str]

    context: Optional[str]

    status: str

    confidence: Optional[float]

    error_message: Optional[str]

    retry_count: int

    start_time: Optional[str]

    end_time: Optional[str]

    duration_ms: Optional[int]

    created_at: str

    updated_at: str


SendableSession = Union[SessionInput, Session, Mapping[str, object]]
"""A session to send; one that was read can be sent back."""

SendableTask = Union[TaskInput, Task, Mapping[str, object]]
"""A task to send; one that was read can be sent back."""
