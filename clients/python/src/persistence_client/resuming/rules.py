"""What a run has to do for a session, from what the service says. It sends nothing."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping, Set

from persistence_client.calls.answering import CHECK, NOT_OURS, member, shown
from persistence_client.calls.encoding import plain_record
from persistence_client.errors import AnswerForeign, InvalidRecord, PersistenceError
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


def not_stored(session_id: str) -> SessionNotStored:
    """For a session that was posted, and that the service does not find."""
    return SessionNotStored(
        f"session {session_id!r} is not in the store: it was deleted meanwhile, or is in "
        "quarantine (see iter_quarantine)"
    )


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


def new_task(session_id: str, task: SendableTask, posted: Set[str]) -> Dict[str, Any]:
    """A task of a new session; `session_id` and `status` may be left out. Notes it in `posted`."""
    plain: Dict[str, Any] = {"session_id": session_id, "status": "pending", **task}
    if plain["session_id"] != session_id:
        raise InvalidRecord(f"session_id: {plain['session_id']!r} is not {session_id!r}")
    task_id = plain.get("task_id")
    if not isinstance(task_id, str):
        raise InvalidRecord(f"task_id: a text is needed, not {task_id!r}")
    if task_id in posted:
        raise InvalidRecord(f"task_id: {task_id!r} comes twice; two cells would become one")
    posted.add(task_id)
    return plain


def checked_session(session_id: str, found: Any) -> Session:
    """The session that the service found. Raises AnswerForeign if it is none."""
    if found.get("session_id") != session_id or not isinstance(found.get("status"), str):
        raise AnswerForeign(
            f"{NOT_OURS}: found {shown(found)}, expected session {session_id!r}. {CHECK}"
        )
    session: Session = found
    return session


def check_prepared(session: Session) -> None:
    """Raises TasksNotPosted if the session still waits for tasks."""
    if session["status"] == PREPARING:
        raise TasksNotPosted(
            f"session {session['session_id']!r} is {PREPARING!r}: not all of its tasks were "
            "posted. Call resume with its tasks."
        )


def counts_in(progress: Mapping[str, Any]) -> Dict[str, int]:
    """The numbers of tasks by status. Raises AnswerForeign if the answer has none."""
    counts: Dict[str, Any] = member(progress, "by_status", dict)
    return {status: member(counts, status, int) for status in counts}


def is_task_of(session_id: str, one: QuarantinedRecord) -> bool:
    """Whether a record in quarantine is a task of this session."""
    record: Dict[str, Any] = member(one, "record", dict)
    return member(one, "collection", str) == TASKS and record.get("session_id") == session_id


def together(
    before: Iterable[QuarantinedRecord], after: Iterable[QuarantinedRecord]
) -> List[QuarantinedRecord]:
    """Both readings of the quarantine: meanwhile a record may come, or leave for the store."""
    return list({one["id"]: one for one in [*before, *after]}.values())


def missing_in(posted: int, by_status: Mapping[str, int], quarantined: int) -> int:
    """How many of the posted tasks are neither stored nor in quarantine."""
    return max(0, posted - sum(by_status.values()) - quarantined)


def check_missing(missing: int) -> None:
    """Raises TasksNotPosted if the service does not know all tasks that were posted to it."""
    if missing > 0:
        raise TasksNotPosted(
            f"the service does not know {missing} of the tasks that were posted. Another instance "
            "may have them: ask the one that was written to, or have every instance acknowledge "
            "only what is stored (buffer.durability: stored)."
        )


def left_to_do(tasks: Iterable[Task], quarantined: Iterable[QuarantinedRecord]) -> List[Task]:
    """The unfinished tasks without those whose result waits in quarantine: it is paid for."""
    results = [one for one in quarantined if one["record"].get("status") in FINISHED]
    paid = {member(one, "key", str) for one in results}
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
