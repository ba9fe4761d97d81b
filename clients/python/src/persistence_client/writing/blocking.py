"""The writer for programs that wait for answers. A thread sends what is due."""

from __future__ import annotations

import atexit
import logging
import os
import threading
import time
from typing import Any, Callable, Dict, List, Mapping, Optional, Type

from persistence_client.calls.blocking import Calls
from persistence_client.calls.settings import Request
from persistence_client.errors import PersistenceError
from persistence_client.generated.records import SendableTask
from persistence_client.writing import states
from persistence_client.writing.backlog import Backlog, Entry, Limits, Outcome
from persistence_client.writing.delivery import Reply, batch_body, deliver
from persistence_client.writing.errors import WriterError
from persistence_client.writing.reporting import Reporting

PATH = "/api/v1/translation/tasks/batch"
log = logging.getLogger("persistence_client")


class TaskWriter:
    """Sends tasks in batches. Use it in a `with`; any thread may put.

    A batch is sent when it has `max_records` tasks or `max_bytes` bytes of JSON, or when its oldest
    task is `max_age` seconds old. Writes of one task that wait together are merged as the service
    merges them: a later write replaces only the members that it has. With `flush_each`, `put`
    returns when the service has acknowledged the task.

    Errors of the background reach the next `put`, `flush`, `close` or the end of `with`, as
    `RecordsRefused` or `RecordsNotSent`. The end of `with` sends what waits, also when the body
    raised: results that were put are paid for.

    Args:
        ack: "stored": a batch is acknowledged when it is committed to the store.
    """

    def __init__(
        self,
        client: Calls,
        *,
        flush_each: bool = False,
        limits: Optional[Limits] = None,
        ack: Optional[str] = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._flush_each = flush_each
        self._query = {"ack": ack}
        self._clock = clock
        self._backlog = Backlog(limits or Limits())
        self._changed = threading.Condition()
        self._thread: Optional[threading.Thread] = None
        self._process = os.getpid()
        self._reporting = Reporting(self._backlog)
        self._is_closed = False
        self._is_stopped = False

    def put(self, task: SendableTask) -> None:
        """Takes a task; waits while the writer is full.

        The writer has the task also when this raises a WriterError: that is about earlier tasks.
        Raises InvalidRecord if the task cannot be sent, and then does not take it.
        """
        self._check_process()
        with self._changed:
            if self._is_closed:
                raise PersistenceError("the writer is closed")
            seen = self._backlog.failures
            number = self._backlog.put(task, self._clock())
            self._start()
            if self._flush_each:
                self._backlog.flush()
                self._flush_through(number, seen)
                self._reporting.raise_errors(seen, str(task["task_id"]))
                return
            self._changed.notify_all()
            while self._backlog.is_full() and not self._reporting.has_failed(seen):
                self._changed.wait()
            self._reporting.raise_errors(seen)

    def complete(self, task: Mapping[str, Any], target_text: str, **fields: Any) -> None:
        """Puts a task of the service as `completed`, with its translation and further fields."""
        self.put(states.completed(task, target_text, fields))

    def fail(self, task: Mapping[str, Any], error: object, **fields: Any) -> None:
        """Puts a task of the service as `failed`, with the text of the error."""
        self.put(states.failed(task, error, fields))

    def flush(self) -> None:
        """Returns when the service has acknowledged everything that was put before."""
        self._check_process()
        with self._changed:
            seen = self._backlog.failures
            self._flush_through(self._backlog.flush(), seen)
            self._reporting.raise_errors(seen)

    def close(self) -> None:
        """Sends what waits, and ends. What cannot be sent is in the error, and in `unsent`."""
        if self._is_stopped or self._process != os.getpid():
            return
        with self._changed:
            self._is_closed = True
            seen = self._backlog.failures
            self._flush_through(self._backlog.flush(), seen)
            self._is_stopped = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()
        atexit.unregister(self.close)
        self._reporting.raise_errors(seen)

    @property
    def unsent(self) -> List[Dict[str, Any]]:
        """The tasks that the service has not acknowledged, merged."""
        with self._changed:
            return self._backlog.records()

    def __enter__(self) -> TaskWriter:
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: object
    ) -> None:
        try:
            self.close()
        except WriterError as own:
            if error is None or isinstance(error, Exception):
                raise
            log.error("%s ends the program: %s", type(error).__name__, own)

    def _flush_through(self, number: int, seen: int) -> None:
        self._changed.notify_all()
        while self._backlog.has_through(number) and self._backlog.failures == seen:
            self._changed.wait()

    def _check_process(self) -> None:
        if self._process != os.getpid():
            raise PersistenceError(
                "this writer belongs to the parent process, which sends what it holds; "
                "make a writer in the child"
            )

    def _start(self) -> None:
        if self._thread is None:
            atexit.register(self.close)
            self._thread = threading.Thread(
                target=self._run, name="persistence-task-writer", daemon=True
            )
            self._thread.start()

    def _run(self) -> None:
        while True:
            with self._changed:
                batch = self._backlog.take(self._clock())
                while not batch:
                    if self._is_stopped:
                        return
                    self._changed.wait(self._backlog.seconds_until_due(self._clock()))
                    batch = self._backlog.take(self._clock())
            outcome = self._send(batch)
            with self._changed:
                self._backlog.settle(outcome, self._clock())
                self._changed.notify_all()

    def _send(self, batch: List[Entry]) -> Outcome:
        delivery = deliver(batch)
        part = next(delivery)
        while True:
            try:
                part = delivery.send(self._reply(part))
            except StopIteration as stop:
                outcome: Outcome = stop.value
                return outcome

    def _reply(self, part: List[Entry]) -> Reply:
        try:
            answer: Reply = self._client._json(
                Request("POST", PATH, self._query, batch_body(part))
            )
            return answer
        except PersistenceError as error:
            return error
        except Exception as error:  # Anything else must not end the thread: the tasks wait again.
            unknown = PersistenceError(f"the batch cannot be sent: {error!r}")
            unknown.__cause__ = error
            return unknown
