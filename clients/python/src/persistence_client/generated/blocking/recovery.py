"""Operations: recovery.

Generated from docs/openapi.json by `npm run python:generate`; do not edit.
"""

from __future__ import annotations

from persistence_client.calls.blocking import Calls
from persistence_client.calls.encoding import segment
from persistence_client.generated.answers import IncompleteSessions, RestoredSession


class Recovery(Calls):
    """The operations of the API for recovery."""

    def list_incomplete_sessions(self) -> IncompleteSessions:
        """Unfinished sessions, newest first.

        For a backend after a crash: sessions whose status is not completed, failed, cancelled
        or skipped, and those that have unfinished tasks. Waits until everything accepted before
        is stored.
        """
        answer: IncompleteSessions = self._call(
            "GET",
            "/api/v1/translation/recovery/incomplete-sessions",
        )
        return answer

    def restore_session(self, session_id: str) -> RestoredSession:
        """A session with all its unfinished tasks.

        Changes nothing. A task is unfinished unless it is `completed`, `failed`, `cancelled` or
        `skipped`. Waits until everything accepted before is stored. The answer is streamed: if
        the store fails in the middle, it is cut off and is not valid JSON.
        """
        answer: RestoredSession = self._call(
            "POST",
            f"/api/v1/translation/recovery/restore/{segment(session_id)}",
        )
        return answer
