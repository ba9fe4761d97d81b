"""What a run has to do for a session, from what the service says. It sends nothing."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping

from persistence_client.calls.encoding import plain_record
from persistence_client.errors import InvalidRecord, PersistenceError
from persistence_client.generated.answers import QuarantinedRecord
from persistence_client.generated.records import SendableSession, SendableTask, Session, Task

FINISHED = frozenset({"completed", "failed", "cancelled", "skipped"})
"""Every other status is unfinished, those of your own included."""

PREPARING = "preparing"
"""The status of a session whose tasks are not all posted yet. None of them is translated."""

LEFT_ALONE = FINISHED | {PREPARING}
"""The statuses that `finish` does not replace."""

TASKS = "translation_tasks"


class SessionNotStored(PersistenceError):
    """The service accepted the session, and its store refused it: see `iter_quarantine`."""


class TasksNotPosted(PersistenceError):
    """The service does not have all tasks of the session, so it would end with cells missing."""


def working_session(session: SendableSession) -> Dict[str, Any]:
    """The session as it is posted when its tasks are; `status` may be left out."""
    plain = plain_record(session)
    plain.setdefault("status", "processing")
    if not isinstance(plain.get("session_id"), str):
        raise InvalidRecord(f"session_id: a text is needed, not {plain.get('session_id')!r}")
    if plain["status"] in FINISHED or plain["status"] == PREPARING:
        raise InvalidRecord(
            f"status: {plain['status']!r} is not a status of a session that is worked on; "
            "leave it out, or use 'processing'"
        )
    return plain


def new_task(session_id: str, task: SendableTask) -> Dict[str, Any]:
    """A task of a new session; `session_id` and `status` may be left out."""
    plain: Dict[str, Any] = {"session_id": session_id, "status": "pending", **task}
    if plain["session_id"] != session_id:
        raise InvalidRecord(f"session_id: {plain['session_id']!r} is not {session_id!r}")
    return plain


def check_prepared(session: Session) -> None:
    """Raises TasksNotPosted if the session still waits for tasks."""
    if session["status"] == PREPARING:
        raise TasksNotPosted(
            f"session {session['session_id']!r} is {PREPARING!r}: not all of its tasks were "
            "posted. Call resume with its tasks."
        )


def quarantined_of(
    session_id: str, records: Iterable[QuarantinedRecord]
) -> List[QuarantinedRecord]:
    """The tasks of a session that the store refused."""
    return [
        one
        for one in records
        if one["collection"] == TASKS and one["record"].get("session_id") == session_id
    ]


def left_to_do(tasks: Iterable[Task], quarantined: Iterable[QuarantinedRecord]) -> List[Task]:
    """The unfinished tasks without those whose result waits in quarantine: it is paid for."""
    paid = {one["key"] for one in quarantined if one["record"].get("status") in FINISHED}
    return [task for task in tasks if task["task_id"] not in paid]


def final_state(by_status: Mapping[str, int]) -> Dict[str, Any]:
    """The last status and the counters of a session whose tasks are all finished."""
    failed = by_status.get("failed", 0)
    return {
        "status": "failed" if failed else "completed",
        "total_tasks": sum(by_status.values()),
        "completed_tasks": by_status.get("completed", 0),
        "failed_tasks": failed,
        "processing_tasks": 0,
    }


def unfinished_in(by_status: Mapping[str, int]) -> int:
    """The number of tasks with an unfinished status."""
    return sum(count for status, count in by_status.items() if status not in FINISHED)
