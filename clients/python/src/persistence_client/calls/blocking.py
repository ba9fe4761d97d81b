"""Sends requests and waits for the answers."""

from __future__ import annotations

from typing import Any, Callable, Collection, Container, Iterator, Mapping, Optional, Type, TypeVar

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
Self = TypeVar("Self", bound="Calls")


class Calls:
    """What every method of the client is built on."""

    _settings: Settings
    _connections: Connections[httpx.Client]
    _owns_http: bool
    _sleep: Callable[[float], None]

    @property
    def _http(self) -> httpx.Client:
        return self._connections.current()

    def close(self) -> None:
        """Closes the connections. A client of httpx that the caller gave stays open.

        In a child process those of the parent stay open, too.
        """
        if self._owns_http and not self._connections.is_inherited():
            self._http.close()

    def __enter__(self: Self) -> Self:
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: object, trace: object) -> None:
        self.close()

    def _call(
        self,
        method: str,
        path: str,
        query: Optional[Mapping[str, object]] = None,
        body: Optional[Mapping[str, Any]] = None,
        answers: Container[int] = (200,),
        once: bool = False,
    ) -> Any:
        return self._json(request_of(method, path, query, body, answers, once))

    def _json(self, request: Request) -> Any:
        def attempt() -> Any:
            return json_of(self._response(request), request.records)

        return self._repeat(attempt, request.once)

    def _text(self, method: str, path: str, kinds: Collection[str]) -> str:
        request = request_of(method, path)

        def attempt() -> str:
            response = self._response(request)
            check_kind(response, kinds)
            return response.text

        return self._repeat(attempt)

    def _download(
        self,
        method: str,
        path: str,
        query: Mapping[str, object],
        to: Target,
        kinds: Collection[str],
    ) -> ExportedFile:
        request = request_of(method, path, query)
        return self._repeat(lambda: self._download_once(request, to, kinds))

    def _iterate(self, path: str, query: Mapping[str, object], by: str) -> Iterator[Any]:
        seen = set()
        number, total = 1, 0
        while True:
            page = self._call("GET", path, query)
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

    def _response(self, request: Request) -> httpx.Response:
        try:
            response = self._http.send(request.build(self._http, self._settings))
        except httpx.RequestError as error:
            raise failure(request, self._settings, error) from error
        if not is_answer(request.answers, response):
            raise_for(response, self._settings.clock)
        return response

    def _download_once(
        self, request: Request, to: Target, kinds: Collection[str]
    ) -> ExportedFile:
        download = Download(to)
        try:
            built = request.build(self._http, self._settings)
            response = self._http.send(built, stream=True)
            try:
                if response.status_code != 200:
                    response.read()
                    raise_for(response, self._settings.clock)
                if not is_of_kind(response, kinds):
                    response.read()
                check_kind(response, kinds)
                for chunk in response.iter_bytes():
                    download.write(chunk)
            finally:
                response.close()
            return download.finish(response)
        except httpx.RequestError as error:
            raise failure(request, self._settings, error) from error
        finally:
            download.drop()

    def _repeat(self, attempt: Callable[[], Result], once: bool = False) -> Result:
        number = 0
        while True:
            try:
                return attempt()
            except PersistenceError as error:
                pause = self._settings.retrying.pause_after(error, number, once)
                if pause is None:
                    raise
            number += 1
            self._sleep(pause)
