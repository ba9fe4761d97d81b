"""The next state of a task, with no more than what changes and what the service requires."""

from __future__ import annotations

from typing import Any, Dict, Mapping

from persistence_client.errors import InvalidRecord
from persistence_client.generated.records import TaskInput


def next_state(task: Mapping[str, Any], status: str, changes: Mapping[str, Any]) -> Dict[str, Any]:
    """A write of this task. Members that it leaves out keep their values in the service."""
    missing = sorted(name for name in TaskInput.__required_keys__ - {"status"} if name not in task)
    if missing:
        raise InvalidRecord(f"task {task.get('task_id')!r} has no {', '.join(missing)}")
    required = {name: task[name] for name in sorted(TaskInput.__required_keys__ - {"status"})}
    return {**required, "status": status, **changes}


def completed(task: Mapping[str, Any], target_text: str, more: Mapping[str, Any]) -> Dict[str, Any]:
    """The task is translated. An error of an earlier attempt is cleared."""
    return next_state(
        task, "completed", {"target_text": target_text, "error_message": None, **more}
    )


def failed(task: Mapping[str, Any], error: object, more: Mapping[str, Any]) -> Dict[str, Any]:
    """The task failed; the text of the error is kept."""
    return next_state(task, "failed", {"error_message": str(error) or repr(error), **more})
