"""What the service tells of itself.

Generated from docs/openapi.json by `npm run python:generate`; do not edit.
"""

from __future__ import annotations

from typing import Dict, List, Literal, Optional, TypedDict


class StatisticsSessions(TypedDict):
    """Counts of sessions."""

    total: int
    """Number of stored sessions."""

    by_status: Dict[str, int]
    """Number of stored sessions by status."""


class StatisticsTasks(TypedDict):
    """Counts and means of tasks."""

    total: int
    """Number of stored tasks."""

    by_status: Dict[str, int]
    """Number of stored tasks by status."""

    avg_duration_ms: Optional[float]
    """Mean `duration_ms` of the tasks that have one; null if none has."""

    avg_confidence: Optional[float]
    """Mean `confidence` of the tasks that have one; null if none has."""

    total_retries: int
    """Sum of `retry_count`."""


class StatisticsStorage(TypedDict):
    """`StatisticsStorage` of the API."""

    backend: str
    """Name of the storage backend in the configuration."""

    driver: str
    """Kind of the store: `sqlite`, `mysql` or `memory`."""

    collections: List[str]
    """The collections that it keeps."""

    size_bytes: int
    """Bytes that it takes, as the store itself estimates them."""


class StatisticsRetention(TypedDict):
    """Scheduled clean-ups of this instance since it started. Null: no run yet, no clean-up in the
    last run, or no run planned.
    """

    enabled: bool
    """Whether clean-ups are scheduled in this instance."""

    last_run_at: Optional[str]
    """When the last clean-up began."""

    last_outcome: Optional[Literal["cleaned_up", "failed", "left_to_another"]]
    """How it ended. left_to_another: another instance was cleaning up the same store."""

    deleted_sessions: Optional[int]
    """Number of sessions that it deleted."""

    deleted_tasks: Optional[int]
    """Number of tasks that it deleted."""

    next_run_at: Optional[str]
    """When the next clean-up begins."""


class Statistics(TypedDict):
    """`Statistics` of the API."""

    sessions: StatisticsSessions
    """Counts of sessions."""

    tasks: StatisticsTasks
    """Counts and means of tasks."""

    storage: List[StatisticsStorage]
    """The stores of the collections."""

    retention: StatisticsRetention
    """Scheduled clean-ups of this instance since it started. Null: no run yet, no clean-up in the
    last run, or no run planned.
    """


class SessionProgressSheets(TypedDict):
    """`SessionProgressSheets` of the API."""

    sheet_name: str
    """Name of the sheet, as its tasks have it."""

    total: int
    """Number of stored tasks."""

    by_status: Dict[str, int]
    """Number of stored tasks by status."""


class SessionProgress(TypedDict):
    """`SessionProgress` of the API."""

    session_id: str
    """The id of the session."""

    total: int
    """Number of stored tasks."""

    by_status: Dict[str, int]
    """Number of stored tasks by status."""

    sheets: List[SessionProgressSheets]
    """The same counts of each sheet, in the order of their names."""


class FailuresGroups(TypedDict):
    """`FailuresGroups` of the API."""

    message: str
    """What the error messages have in common: numbers, ids, quoted parts and URLs are replaced.
    Empty for tasks without a message.
    """

    count: int
    """Number of failed tasks of the group."""

    sessions: List[str]
    """The ids of their sessions, those of the newest tasks first."""

    first_seen: str
    """When the oldest of them was last accepted."""

    last_seen: str
    """When the newest of them was last accepted."""

    sample_task_ids: List[str]
    """The ids of up to five of them, newest first."""


class Failures(TypedDict):
    """`Failures` of the API."""

    total: int
    """Number of failed tasks."""

    truncated: bool
    """Whether some of them are in no group: only the newest 10,000 are looked at, and only `limit`
    groups are listed.
    """

    groups: List[FailuresGroups]
    """Failed tasks with the same cause, the largest group first."""


class HealthBuffer(TypedDict):
    """Records on their way to the store."""

    sessions_count: int
    """Number of sessions that wait to be stored."""

    tasks_count: int
    """Number of tasks that wait to be stored."""

    total_count: int
    """Number of records that wait to be stored."""

    capacity: int
    """Number of records that may wait before writes are answered 503."""

    usage_percent: float
    """Share of the capacity, or of its bytes, in use."""

    last_flush_time: Optional[str]
    """When records were last stored; null before that."""

    oldest_pending_seconds: float
    """Seconds that the oldest waiting record has waited."""

    accepted: int
    """Records accepted by this instance since it started."""

    stored: int
    """Records stored by this instance since it started."""

    coalesced: int
    """Records that were merged with a waiting write of the same key since it started."""

    pending: int
    """Records that wait to be stored."""

    quarantined: int
    """Records quarantined by this instance since it started."""

    in_quarantine: int
    """Records in quarantine now, from all instances."""


class HealthRequired(TypedDict):
    """The members that a Health always has."""

    status: Literal["healthy", "degraded", "unhealthy"]
    """`unhealthy` (503): a store does not answer. `degraded` (200): see `problems`."""

    database: Literal["healthy", "unhealthy"]
    """Whether the stores answer."""

    buffer: HealthBuffer
    """Records on their way to the store."""

    version: str
    """Version of the service."""

    problems: List[str]
    """Descriptions of problems."""


class Health(HealthRequired, total=False):
    """`Health` of the API."""

    access: Literal["open", "keys"]
    """`open`: there are no API keys, so every client that reaches the service may do everything.
    `keys` is shown only to a key with the scope `admin`.
    """

    scopes: List[Literal["read", "write", "admin"]]
    """The scopes of the key of this request; absent without a known key."""


class Liveness(TypedDict):
    """`Liveness` of the API."""

    status: Literal["alive"]
    """The process is up."""


class Readiness(TypedDict):
    """`Readiness` of the API."""

    status: Literal["ready", "not_ready"]
    """Whether writes are accepted."""

    reason: Optional[str]
    """Why not; null if they are."""
