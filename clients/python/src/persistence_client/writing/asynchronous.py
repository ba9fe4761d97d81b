"""The writer for asyncio. A task of the event loop sends what is due."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from typing import Any, Callable, Dict, List, Mapping, Optional, Set, Type

from persistence_client.calls.asynchronous import AsyncCalls
from persistence_client.calls.settings import Request
from persistence_client.errors import PersistenceError
from persistence_client.generated.records import SendableTask
from persistence_client.writing import states
from persistence_client.writing.backlog import Backlog, Entry, Limits, Outcome, checked_ack
from persistence_client.writing.delivery import Reply, batch_body, deliver, undelivered
from persistence_client.writing.errors import RefusedRecord, WriterError
from persistence_client.writing.processes import check_process
from persistence_client.writing.reporting import Reporting

PATH = "/api/v1/translation/tasks/batch"
log = logging.getLogger("persistence_client")


class Signal:
    """Wakes everybody who waits for it. Of one event loop."""

    def __init__(self) -> None:
        self._waiters: Set[asyncio.Future[None]] = set()

    def notify_all(self) -> None:
        """Wakes those who wait now."""
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def wait(self, timeout: Optional[float] = None) -> None:
        """Returns after the next `notify_all`, or after `timeout` seconds."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            await asyncio.wait([waiter], timeout=timeout)
        finally:
            self._waiters.discard(waiter)


class AsyncTaskWriter:
    """Sends tasks in batches. Use it in an `async with`; any task of the event loop may put.

    It is `TaskWriter` with coroutines: the rules, the limits and the errors are the same.
    """

    def __init__(
        self,
        client: AsyncCalls,
        *,
        flush_each: bool = False,
        limits: Optional[Limits] = None,
        ack: Optional[str] = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._flush_each = flush_each
        self._query = {"ack": checked_ack(ack)}
        self._clock = clock
        self._backlog = Backlog(limits or Limits())
        self._changed = Signal()
        self._task: Optional[asyncio.Task[None]] = None
        self._process = os.getpid()
        self._reporting = Reporting(self._backlog)
        self._is_closed = False
        self._is_stopped = False

    async def put(self, task: SendableTask) -> None:
        """Takes a task; waits while the writer is full.

        The writer has the task also when this raises a WriterError or is cancelled. Raises
        InvalidRecord if the task cannot be sent, and then does not take it.
        """
        check_process(self._process)
        if self._is_closed:
            raise PersistenceError("the writer is closed")
        seen = self._backlog.failures
        number = self._backlog.put(task, self._clock())
        self._start()
        if self._flush_each:
            self._backlog.flush()
            await self._flush_through(number, seen)
            self._reporting.raise_errors(seen, str(task["task_id"]))
            return
        self._changed.notify_all()
        while self._backlog.is_full() and not self._reporting.has_failed(seen):
            self._start()
            await self._changed.wait()
        self._reporting.raise_errors(seen)

    async def complete(self, task: Mapping[str, Any], target_text: str, **fields: Any) -> None:
        """Puts a task of the service as `completed`, with its translation and further fields.

        Raises InvalidRecord, too, if `target_text` is no text.
        """
        await self.put(states.completed(task, target_text, fields))

    async def fail(self, task: Mapping[str, Any], error: object, **fields: Any) -> None:
        """Puts a task of the service as `failed`, with the text of the error.

        Of the text NUL and halves of characters are replaced, and more than 1 MiB is cut.
        """
        await self.put(states.failed(task, error, fields))

    async def flush(self) -> None:
        """Returns when the service has acknowledged everything that was put before.

        After `aclose`, it sends once more what could not be sent.
        """
        check_process(self._process)
        seen = self._backlog.failures
        await self._flush_through(self._backlog.flush(), seen)
        self._reporting.raise_errors(seen)

    async def aclose(self) -> None:
        """Sends what waits, and ends. What cannot be sent is in the error, and in `unsent`.

        Raises RecordsNotSent whenever something is left; another `aclose` sends it once more.
        """
        if self._process != os.getpid():
            return
        self._is_closed = True
        seen = self._backlog.failures
        await self._flush_through(self._backlog.flush(), seen)
        self._is_stopped = True
        self._forget_ended()
        self._changed.notify_all()
        while self._task is not None:
            await self._changed.wait()
        self._reporting.raise_at_end()

    @property
    def unsent(self) -> List[Dict[str, Any]]:
        """The tasks that the service has not acknowledged, merged."""
        check_process(self._process)
        return self._backlog.records()

    @property
    def refused(self) -> List[RefusedRecord]:
        """The refused tasks that no error told of: after a cancellation none is raised."""
        check_process(self._process)
        return list(self._backlog.refused)

    async def __aenter__(self) -> AsyncTaskWriter:
        return self

    async def __aexit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: object
    ) -> None:
        try:
            await self.aclose()
        except WriterError as own:
            if error is None or isinstance(error, Exception):
                own.during(error)
                raise
            self._backlog.keep_refused(own.refused)
            log.error("%s ends the program: %s", type(error).__name__, own)
        except asyncio.CancelledError:
            log.error("the end of the writer was cancelled: %d tasks unsent", len(self._backlog))
            raise

    async def _flush_through(self, number: int, seen: int) -> None:
        self._forget_ended()
        self._changed.notify_all()
        backlog = self._backlog
        while backlog.has_through(number) and not backlog.has_failed_since(seen):
            self._start()
            await self._changed.wait()

    def _start(self) -> None:
        """Makes sure that a task sends: it may have ended, or been cancelled with all others."""
        self._forget_ended()
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())
            self._task.add_done_callback(self._forget)

    def _forget_ended(self) -> None:
        task = self._task
        if task is not None and task.get_loop().is_closed():
            self._changed = Signal()  # Nobody waits in a loop that is closed.
            self._forget(task)
        elif task is not None and task.done():
            self._forget(task)

    def _forget(self, task: asyncio.Task[None]) -> None:
        """The task that sends ended. Those who wait start another one, or are told the error."""
        if task is not self._task:
            return
        self._task = None
        error = None if task.cancelled() or not task.done() else task.exception()
        if error is not None:
            self._backlog.settle(undelivered(self._backlog.in_flight(), error), self._clock())
        else:
            self._backlog.take_back()
        if task.cancelled() and len(self._backlog) > 0:
            lost = len(self._backlog)
            log.error("the task that sends was cancelled: %d tasks unsent till the next call", lost)
        self._changed.notify_all()

    async def _run(self) -> None:
        while True:
            batch = self._backlog.take(self._clock())
            while not batch:
                if self._is_stopped:
                    return
                await self._changed.wait(self._backlog.seconds_until_due(self._clock()))
                batch = self._backlog.take(self._clock())
            outcome = await self._send(batch)
            self._backlog.settle(outcome, self._clock())
            self._changed.notify_all()

    async def _send(self, batch: List[Entry]) -> Outcome:
        try:
            delivery = deliver(batch)
            part = next(delivery)
            while True:
                part = delivery.send(await self._reply(part))
        except StopIteration as stop:
            outcome: Outcome = stop.value
            return outcome
        except Exception as error:  # Whatever it is: the records wait again.
            return undelivered(batch, error)

    async def _reply(self, part: List[Entry]) -> Reply:
        try:
            answer: Reply = await self._client._json(
                Request("POST", PATH, self._query, batch_body(part), records=len(part))
            )
            return answer
        except PersistenceError as error:
            return error
