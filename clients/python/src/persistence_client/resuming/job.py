"""What `resume` returns and `finish` reports."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, List, Union

from persistence_client.generated.answers import QuarantinedRecord
from persistence_client.generated.records import Session, Task


@dataclass(frozen=True)
class Finished:
    """How a session stands at the end of a run."""

    status: str
    """`completed`, `failed` (a task failed), or as before."""
    by_status: Dict[str, int]
    """The number of its stored tasks by status."""
    unfinished: int
    """The number of its unfinished tasks, with those that this run posted and that are missing."""
    quarantined: List[QuarantinedRecord]
    """Tasks that the store refused; they are in quarantine, and not lost."""


@dataclass(frozen=True)
class Resumed:
    """A session, and what is left to do for it."""

    session: Session
    is_new: bool
    """Whether this run posted its tasks. None of them was translated before."""
    is_finished: bool
    """Whether it was finished before this run. `tasks` is then empty."""
    tasks: List[Task]
    """The unfinished tasks: each is to be translated once."""
    quarantined: List[QuarantinedRecord]
    """Its tasks that the store refused. Those with a result are not in `tasks`."""
    working: Dict[str, Any] = field(repr=False)
    """The session as this run posts it."""
    posted: int = 0
    """The number of tasks that this run posted."""

    @property
    def session_id(self) -> str:
        """The id of the session."""
        return self.session["session_id"]


AnySession = Union[Resumed, str]
