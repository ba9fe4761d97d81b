"""The next state of a task, with no more than what changes and what the service requires."""

from __future__ import annotations

import re
from typing import Any, Dict, Mapping

from persistence_client.errors import InvalidRecord
from persistence_client.generated.records import TaskInput

MOST_TEXT_BYTES = 1024 * 1024
_UNSTORABLE = re.compile("[\\x00\ud800-\udfff]")
_CUT = "…"


def next_state(task: Mapping[str, Any], status: str, changes: Mapping[str, Any]) -> Dict[str, Any]:
    """A write of this task. Members that it leaves out keep their values in the service."""
    missing = sorted(name for name in TaskInput.__required_keys__ - {"status"} if name not in task)
    if missing:
        raise InvalidRecord(f"task {task.get('task_id')!r} has no {', '.join(missing)}")
    required = {name: task[name] for name in sorted(TaskInput.__required_keys__ - {"status"})}
    return {**required, "status": status, **changes}


def completed(task: Mapping[str, Any], target_text: str, more: Mapping[str, Any]) -> Dict[str, Any]:
    """The task is translated. An error of an earlier attempt is cleared."""
    if not isinstance(target_text, str):
        raise InvalidRecord(
            f"task {task.get('task_id')!r}: target_text: a text is needed, not {target_text!r}; "
            "use fail() for a task without a translation"
        )
    return next_state(
        task, "completed", {"target_text": target_text, "error_message": None, **more}
    )


def failed(task: Mapping[str, Any], error: object, more: Mapping[str, Any]) -> Dict[str, Any]:
    """The task failed; the text of the error is kept, in a form that the service takes."""
    return next_state(task, "failed", {"error_message": error_text(error), **more})


def error_text(error: object) -> str:
    """The text of an error, without NUL and halves of characters, and of 1 MiB at most."""
    text = _UNSTORABLE.sub("\ufffd", str(error) or repr(error))
    data = text.encode("utf-8")
    if len(data) <= MOST_TEXT_BYTES:
        return text
    kept = data[: MOST_TEXT_BYTES - len(_CUT.encode("utf-8"))]
    return kept.decode("utf-8", "ignore") + _CUT
