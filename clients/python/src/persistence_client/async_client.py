"""The client for asyncio."""

from __future__ import annotations

import asyncio
import time
from typing import Awaitable, Callable, Optional, TypeVar, Union

import httpx

from persistence_client.calls.connections import Connections, http_options
from persistence_client.calls.retrying import DEFAULT_MAX_RETRIES, Retrying
from persistence_client.calls.settings import (
    DEFAULT_TIMEOUT,
    Settings,
    Timeout,
    api_key_from,
    base_url_from,
)
from persistence_client.generated.asynchronous.managing import AsyncManaging
from persistence_client.generated.asynchronous.system import AsyncSystem
from persistence_client.resuming.asynchronous import AsyncResuming
from persistence_client.writing.backlog import Limits
from persistence_client.writing.asynchronous import AsyncTaskWriter

Self = TypeVar("Self", bound="AsyncPersistenceClient")


class AsyncPersistenceClient(AsyncResuming, AsyncManaging, AsyncSystem):
    """A client of the Persistence Service for asyncio. Any task of one event loop may use it.

    It is `PersistenceClient` with coroutines: the arguments, the retries and the errors are the
    same. `sleep` is a coroutine.
    """

    def __init__(
        self,
        base_url: Optional[str] = None,
        *,
        api_key: Optional[str] = None,
        timeout: Timeout = DEFAULT_TIMEOUT,
        max_retries: int = DEFAULT_MAX_RETRIES,
        http_client: Optional[httpx.AsyncClient] = None,
        transport: Optional[httpx.AsyncBaseTransport] = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings = Settings(
            base_url_from(base_url), api_key_from(api_key), timeout, Retrying(max_retries), clock
        )
        self._owns_http = http_client is None
        is_given = http_client is not None or transport is not None
        options = http_options(self._settings.base_url)

        def connect() -> httpx.AsyncClient:
            return httpx.AsyncClient(transport=transport, **options)

        self._connections = Connections(http_client or connect(), None if is_given else connect)
        self._sleep = sleep

    def with_options(
        self: Self,
        *,
        api_key: Optional[str] = None,
        timeout: Union[Timeout, str] = "same",
        max_retries: Optional[int] = None,
    ) -> Self:
        """A client with other options over the same connections; closing it does not close them."""
        other = type(self).__new__(type(self))
        other._settings = self._settings.changed(api_key, timeout, max_retries)
        other._owns_http = False
        other._connections = self._connections
        other._sleep = self._sleep
        return other

    def task_writer(
        self,
        *,
        flush_each: bool = False,
        max_records: int = Limits.max_records,
        max_bytes: int = Limits.max_bytes,
        max_age: float = Limits.max_age,
        max_waiting_records: int = Limits.max_waiting_records,
        max_waiting_bytes: int = Limits.max_waiting_bytes,
        ack: Optional[str] = None,
    ) -> AsyncTaskWriter:
        """A writer that sends tasks in batches. Use it in an `async with`.

        The arguments are those of `PersistenceClient.task_writer`.
        """
        limits = Limits(max_records, max_bytes, max_age, max_waiting_records, max_waiting_bytes)
        return AsyncTaskWriter(self, flush_each=flush_each, limits=limits, ack=ack)
