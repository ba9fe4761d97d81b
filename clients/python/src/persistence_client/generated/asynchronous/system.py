"""Operations: system.

Generated from docs/openapi.json by `npm run python:generate`; do not edit.
"""

from __future__ import annotations

from typing import Any, Dict

from persistence_client.calls.asynchronous import AsyncCalls
from persistence_client.generated.reports import Health, Liveness, Readiness


class AsyncSystem(AsyncCalls):
    """The operations of the API for system."""

    async def get_health(self) -> Health:
        """Health of the service and its dependencies.

        503 if a store does not answer; `degraded` (200) if `problems` lists something. Only a
        key with the scope `admin` is shown the server of a store, with user, host and database.
        """
        answer: Health = await self._call(
            "GET",
            "/health",
            answers=(200, 503),
        )
        return answer

    async def get_liveness(self) -> Liveness:
        """The process is up.

        Does not query the stores, so a store that is down does not cause restarts.
        """
        answer: Liveness = await self._call(
            "GET",
            "/health/live",
        )
        return answer

    async def get_readiness(self) -> Readiness:
        """It can accept writes.

        Also while a store is down, as long as the journal has room; with `buffer.durability:
        stored` only while every store answers. 503 while the service shuts down, the journal
        accepts no writes or the buffer is full; `reason` names the cause.
        """
        answer: Readiness = await self._call(
            "GET",
            "/health/ready",
            answers=(200, 503),
        )
        return answer

    async def get_metrics(self) -> str:
        """Metrics in the text format of Prometheus.

        Metrics of this instance since it started; docs/monitoring.md explains each.
        """
        answer: str = await self._text(
            "GET",
            "/api/v1/system/metrics",
            kinds=("text/plain",),
        )
        return answer

    async def get_swagger_ui(self) -> str:
        """This API in Swagger UI.

        An HTML page that shows /openapi.json.
        """
        answer: str = await self._text(
            "GET",
            "/docs",
            kinds=("text/html",),
        )
        return answer

    async def get_redoc(self) -> str:
        """This API in ReDoc.

        An HTML page that shows /openapi.json.
        """
        answer: str = await self._text(
            "GET",
            "/redoc",
            kinds=("text/html",),
        )
        return answer

    async def get_open_api_document(self) -> Dict[str, Any]:
        """This API as an OpenAPI 3.1 document.

        The document shown by /docs and /redoc; clients can be generated from it.
        """
        answer: Dict[str, Any] = await self._call(
            "GET",
            "/openapi.json",
        )
        return answer
