"""What the service tells of itself.

Generated from docs/openapi.json by `npm run python:generate`; do not edit.
"""

from __future__ import annotations

from typing import Dict, List, Literal, Optional, TypedDict


class StatisticsSessions(TypedDict):
    """`StatisticsSessions` of the API."""

    total: int

    by_status: Dict[str, int]


class StatisticsTasks(TypedDict):
    """`StatisticsTasks` of the API."""

    total: int

    by_status: Dict[str, int]

    avg_duration_ms: Optional[float]

    avg_confidence: Optional[float]

    total_retries: int


class StatisticsStorage(TypedDict):
    """`StatisticsStorage` of the API."""

    backend: str

    driver: str

    collections: List[str]

    size_bytes: int


class StatisticsRetention(TypedDict):
    """Scheduled clean-ups of this instance since it started. Null: no run yet, no clean-up in the
    last run, or no run planned.
    """

    enabled: bool

    last_run_at: Optional[str]

    last_outcome: Optional[Literal["cleaned_up", "failed", "left_to_another"]]
    """left_to_another: another instance was cleaning up the same store."""

    deleted_sessions: Optional[int]

    deleted_tasks: Optional[int]

    next_run_at: Optional[str]


class Statistics(TypedDict):
    """`Statistics` of the API."""

    sessions: StatisticsSessions

    tasks: StatisticsTasks

    storage: List[StatisticsStorage]

    retention: StatisticsRetention
    """Scheduled clean-ups of this instance since it started. Null: no run yet, no clean-up in the
    last run, or no run planned.
    """


class SessionProgressSheets(TypedDict):
    """`SessionProgressSheets` of the API."""

    sheet_name: str

    total: int
    """Number of stored tasks."""

    by_status: Dict[str, int]
    """Number of stored tasks by status."""


class SessionProgress(TypedDict):
    """`SessionProgress` of the API."""

    session_id: str

    total: int
    """Number of stored tasks."""

    by_status: Dict[str, int]
    """Number of stored tasks by status."""

    sheets: List[SessionProgressSheets]
    """By name."""


class FailuresGroups(TypedDict):
    """`FailuresGroups` of the API."""

    message: str
    """What the error messages have in common: numbers, ids, quoted parts and URLs are replaced.
    Empty for tasks without a message.
    """

    count: int

    sessions: List[str]
    """The ids of their sessions, those of the newest tasks first."""

    first_seen: str
    """When the oldest of them was last accepted."""

    last_seen: str
    """When the newest of them was last accepted."""

    sample_task_ids: List[str]


class Failures(TypedDict):
    """`Failures` of the API."""

    total: int
    """Number of failed tasks."""

    truncated: bool
    """Whether some of them are in no group: only the newest 10,000 are looked at, and only `limit`
    groups are listed.
    """

    groups: List[FailuresGroups]


class HealthBuffer(TypedDict):
    """`HealthBuffer` of the API."""

    sessions_count: int

    tasks_count: int

    total_count: int

    capacity: int

    usage_percent: float

    last_flush_time: Optional[str]

    oldest_pending_seconds: float

    accepted: int

    stored: int

    coalesced: int

    pending: int

    quarantined: int
    """Records quarantined by this instance since it started."""

    in_quarantine: int
    """Records in quarantine now, from all instances."""


class HealthRequired(TypedDict):
    """The members that a Health always has."""

    status: Literal["healthy", "degraded", "unhealthy"]

    database: Literal["healthy", "unhealthy"]

    buffer: HealthBuffer

    version: str

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


class Readiness(TypedDict):
    """`Readiness` of the API."""

    status: Literal["ready", "not_ready"]

    reason: Optional[str]
