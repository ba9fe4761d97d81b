"""Sends requests; every method is a coroutine."""

from __future__ import annotations

from typing import (
    Any,
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Container,
    Mapping,
    Optional,
    Type,
    TypeVar,
)

import httpx

from persistence_client.calls.answering import (
    check_kind,
    cursor_in,
    is_answer,
    is_of_kind,
    json_of,
    member,
    raise_for,
    records_in,
)
from persistence_client.calls.connections import Connections
from persistence_client.calls.exporting import Download, ExportedFile, Target
from persistence_client.calls.settings import Request, Settings, failure, request_of
from persistence_client.errors import PersistenceError

Result = TypeVar("Result")
Self = TypeVar("Self", bound="AsyncCalls")


class AsyncCalls:
    """What every method of the client is built on."""

    _settings: Settings
    _connections: Connections[httpx.AsyncClient]
    _owns_http: bool
    _sleep: Callable[[float], Awaitable[None]]

    @property
    def _http(self) -> httpx.AsyncClient:
        return self._connections.current()

    async def aclose(self) -> None:
        """Closes the connections. A client of httpx that the caller gave stays open.

        In a child process those of the parent stay open, too.
        """
        if self._owns_http and not self._connections.is_inherited():
            await self._http.aclose()

    async def __aenter__(self: Self) -> Self:
        return self

    async def __aexit__(
        self, kind: Optional[Type[BaseException]], error: object, trace: object
    ) -> None:
        await self.aclose()

    async def _call(
        self,
        method: str,
        path: str,
        query: Optional[Mapping[str, object]] = None,
        body: Optional[Mapping[str, Any]] = None,
        answers: Container[int] = (200,),
        once: bool = False,
    ) -> Any:
        return await self._json(request_of(method, path, query, body, answers, once))

    async def _json(self, request: Request) -> Any:
        async def attempt() -> Any:
            return json_of(await self._response(request), request.records)

        return await self._repeat(attempt, request.once)

    async def _text(self, method: str, path: str, kinds: Collection[str]) -> str:
        request = request_of(method, path)

        async def attempt() -> str:
            response = await self._response(request)
            check_kind(response, kinds)
            return response.text

        return await self._repeat(attempt)

    async def _download(
        self,
        method: str,
        path: str,
        query: Mapping[str, object],
        to: Target,
        kinds: Collection[str],
    ) -> ExportedFile:
        request = request_of(method, path, query)
        return await self._repeat(lambda: self._download_once(request, to, kinds))

    async def _iterate(self, path: str, query: Mapping[str, object], by: str) -> AsyncIterator[Any]:
        seen = set()
        number, total = 1, 0
        while True:
            page = await self._call("GET", path, query)
            for item in records_in(page, "items", *(["id"] if by == "page" else [])):
                if by == "cursor":
                    yield item
                elif item["id"] not in seen:
                    seen.add(item["id"])
                    yield item
            number += 1
            # Records that left a page move those after it forwards, past what was read.
            number = 1 if page.get("total", 0) < total else number
            total = page.get("total", 0)
            cursor = cursor_in(page) if by == "cursor" else None
            if cursor is not None:
                # `fresh` is for the first page: the others are to be as old as it is.
                query = {**query, "fresh": None, "cursor": cursor}
            elif by == "page" and number <= member(page, "total_pages", int):
                query = {**query, "page": number}
            else:
                return

    async def _response(self, request: Request) -> httpx.Response:
        try:
            response = await self._http.send(request.build(self._http, self._settings))
        except httpx.RequestError as error:
            raise failure(request, self._settings, error) from error
        if not is_answer(request.answers, response):
            raise_for(response, self._settings.clock)
        return response

    async def _download_once(
        self, request: Request, to: Target, kinds: Collection[str]
    ) -> ExportedFile:
        download = Download(to)
        try:
            built = request.build(self._http, self._settings)
            response = await self._http.send(built, stream=True)
            try:
                if response.status_code != 200:
                    await response.aread()
                    raise_for(response, self._settings.clock)
                if not is_of_kind(response, kinds):
                    await response.aread()
                check_kind(response, kinds)
                async for chunk in response.aiter_bytes():
                    download.write(chunk)
            finally:
                await response.aclose()
            return download.finish(response)
        except httpx.RequestError as error:
            raise failure(request, self._settings, error) from error
        finally:
            download.drop()

    async def _repeat(
        self, attempt: Callable[[], Awaitable[Result]], once: bool = False
    ) -> Result:
        number = 0
        while True:
            try:
                return await attempt()
            except PersistenceError as error:
                pause = self._settings.retrying.pause_after(error, number, once)
                if pause is None:
                    raise
            number += 1
            await self._sleep(pause)
