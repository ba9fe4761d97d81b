"""One face for both writers."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any, Callable, List

from support.fakes import FakeService, async_client_of, client_of


class BlockingDriver:
    """Drives TaskWriter."""

    def __init__(self, service: FakeService, **options: Any) -> None:
        self._client = client_of(service)
        self._writer = self._client.task_writer(**options)

    def __enter__(self) -> BlockingDriver:
        self._writer.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        try:
            self._writer.__exit__(*error)
        finally:
            self._client.close()

    def put(self, task: Any) -> None:
        self._writer.put(task)

    def put_without_error(self, task: Any) -> None:
        """The error of this very task may come at once, or with the next call."""
        self._writer._backlog.put(task, self._writer._clock())
        self._writer._start()

    def complete(self, *args: Any, **fields: Any) -> None:
        self._writer.complete(*args, **fields)

    def fail(self, *args: Any) -> None:
        self._writer.fail(*args)

    def flush(self) -> None:
        self._writer.flush()

    @property
    def unsent(self) -> Any:
        return self._writer.unsent

    def has_failed(self) -> bool:
        return self._writer._backlog.error is not None

    def until(self, is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 10
        while not is_so():
            assert time.monotonic() < deadline
            time.sleep(0.001)


class AsyncDriver:
    """Drives AsyncTaskWriter in an event loop of its own."""

    def __init__(self, service: FakeService, **options: Any) -> None:
        self._loop = asyncio.new_event_loop()
        self._client = async_client_of(service)
        self._writer = self._client.task_writer(**options)

    def __enter__(self) -> AsyncDriver:
        return self

    def __exit__(self, *error: Any) -> None:
        try:
            self._run(self._writer.__aexit__(*error))
        finally:
            self._run(self._client.aclose())
            self._loop.close()

    def _run(self, work: Any) -> Any:
        return self._loop.run_until_complete(work)

    def put(self, task: Any) -> None:
        self._run(self._writer.put(task)) if not self._loop.is_closed() else asyncio.run(
            self._writer.put(task)
        )

    def put_without_error(self, task: Any) -> None:
        async def put() -> None:
            self._writer._backlog.put(task, self._writer._clock())
            self._writer._start()

        self._run(put())

    def complete(self, *args: Any, **fields: Any) -> None:
        self._run(self._writer.complete(*args, **fields))

    def fail(self, *args: Any) -> None:
        self._run(self._writer.fail(*args))

    def flush(self) -> None:
        self._run(self._writer.flush())

    @property
    def unsent(self) -> Any:
        return self._writer.unsent

    def has_failed(self) -> bool:
        return self._writer._backlog.error is not None

    def until(self, is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 10
        while not is_so():
            assert time.monotonic() < deadline
            self._run(asyncio.sleep(0.001))


def driver_of(kind: str, service: FakeService, **options: Any) -> Any:
    return (BlockingDriver if kind == "blocking" else AsyncDriver)(service, **options)


def within(seconds: float, work: Callable[[], Any]) -> Any:
    """The result or the error of `work`; fails if it does not end: a test must not hang."""
    ends: List[Any] = []

    def run() -> None:
        try:
            ends.append((work(), None))
        except BaseException as error:
            ends.append((None, error))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    assert ends, "it does not end"
    result, error = ends[0]
    if error is not None:
        raise error
    return result
