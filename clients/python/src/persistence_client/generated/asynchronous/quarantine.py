"""Operations: quarantine.

Generated from docs/openapi.json by `npm run python:generate`; do not edit.
"""

from __future__ import annotations

from typing import AsyncIterator, Optional, Sequence

from persistence_client.calls.asynchronous import AsyncCalls
from persistence_client.calls.encoding import segment
from persistence_client.generated.answers import (
    QuarantinePage,
    QuarantinedRecord,
    RequeuedAnswer,
    DroppedAnswer,
)


class AsyncQuarantine(AsyncCalls):
    """The operations of the API for quarantine."""

    async def list_quarantine(
        self,
        *,
        page: Optional[int] = None,
        page_size: Optional[int] = None,
    ) -> QuarantinePage:
        """Records that the store refused, newest first.

        Each with the reason and the number of attempts. The quarantine is in the store, so it
        is the same for all instances.

        Args:
            page: Number of the page. For deep paging use `cursor`: a later page takes longer.
            page_size: At most 100; a larger number is reduced to it.
        """
        answer: QuarantinePage = await self._call(
            "GET",
            "/api/v1/translation/quarantine",
            query={"page": page, "page_size": page_size},
        )
        return answer

    def iter_quarantine(self, *, page_size: int = 100) -> AsyncIterator[QuarantinedRecord]:
        """Every record of `list_quarantine`, page by page. The arguments are the same."""
        return self._iterate(
            "/api/v1/translation/quarantine",
            query={"page_size": page_size},
            by="page",
        )

    async def requeue_quarantine(self, *, ids: Optional[Sequence[str]] = None) -> RequeuedAnswer:
        """Retry records: all, or those with these ids.

        Answers after the attempt. Records that the store refuses again stay in quarantine, with
        one more attempt.

        Args:
            ids: The ids of the records to retry, at most 10000; default: all.
        """
        answer: RequeuedAnswer = await self._call(
            "POST",
            "/api/v1/translation/quarantine/requeue",
            body={"ids": ids},
            once=True,
        )
        return answer

    async def drop_quarantined(self, record_id: str) -> DroppedAnswer:
        """Drop a record permanently.

        The record was accepted and never stored; after this it is gone, and no replay restores
        it.
        """
        answer: DroppedAnswer = await self._call(
            "DELETE",
            f"/api/v1/translation/quarantine/{segment(record_id)}",
        )
        return answer
