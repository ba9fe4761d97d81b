"""The client for programs that wait for answers."""

from __future__ import annotations

import time
from typing import Callable, Optional, TypeVar, Union

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
from persistence_client.generated.blocking.managing import Managing
from persistence_client.generated.blocking.system import System
from persistence_client.resuming.blocking import Resuming
from persistence_client.writing.backlog import Limits
from persistence_client.writing.blocking import TaskWriter

Self = TypeVar("Self", bound="PersistenceClient")


class PersistenceClient(Resuming, Managing, System):
    """A client of the Persistence Service. Any thread may use it.

    A child process gets connections of its own. With `http_client` or `transport` the client
    raises PersistenceError in a child: make a new one there.

    Every request that can pass later is repeated: no connection, a timeout, and the statuses 408,
    429, 500, 502, 503 and 504. By the contract of the service a repeated write is harmless. But
    `delete_session`, `clean_up_sessions`, `retry_session` and `requeue_quarantine` are repeated
    only if the service is not at work on them: no connection, 408, 429 and 503.

    Args:
        base_url: The address of the service. Default: PERSISTENCE_URL, or http://127.0.0.1:8001.
            One of this machine is asked without the proxy of HTTP_PROXY or ALL_PROXY.
        api_key: Default: PERSISTENCE_API_KEY, or none.
        timeout: Seconds for each wait of an attempt, or `httpx.Timeout`. Default: 60, 290 for the
            four requests above, and 5 for the connection.
        max_retries: Repetitions of a request, after 0.5, 1, 2, 4, 8, 8 … seconds less up to a
            quarter, or after the `Retry-After` of the answer. The default of 10 lasts for 41 to 55
            seconds, so that a restart of the service is not noticed. 0: none.
        http_client: A client of httpx to send with; it stays open.
        transport: A transport of httpx, for tests.
        sleep: Waits for some seconds; tests replace it.
        clock: Seconds since 1970; tests replace it.
    """

    def __init__(
        self,
        base_url: Optional[str] = None,
        *,
        api_key: Optional[str] = None,
        timeout: Timeout = DEFAULT_TIMEOUT,
        max_retries: int = DEFAULT_MAX_RETRIES,
        http_client: Optional[httpx.Client] = None,
        transport: Optional[httpx.BaseTransport] = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings = Settings(
            base_url_from(base_url), api_key_from(api_key), timeout, Retrying(max_retries), clock
        )
        self._owns_http = http_client is None
        is_given = http_client is not None or transport is not None
        options = http_options(self._settings.base_url)

        def connect() -> httpx.Client:
            return httpx.Client(transport=transport, **options)

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
    ) -> TaskWriter:
        """A writer that sends tasks in batches. Use it in a `with`.

        Args:
            flush_each: `put` returns when the service has acknowledged the task.
            max_records: Tasks of a batch, at most 10,000.
            max_bytes: Bytes of a batch, at most 32 MiB; a larger task is sent alone.
            max_age: Seconds after which a task is sent at the latest.
            max_waiting_records: With more tasks in the writer, `put` waits.
            max_waiting_bytes: With more bytes in the writer, `put` waits.
            ack: "stored": a batch is acknowledged when it is committed to the store.
        """
        limits = Limits(max_records, max_bytes, max_age, max_waiting_records, max_waiting_bytes)
        return TaskWriter(self, flush_each=flush_each, limits=limits, ack=ack)
