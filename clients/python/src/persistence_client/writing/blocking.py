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
from persistence_client.writing.backlog import Backlog, Entry, Limits, Outcome, checked_ack
from persistence_client.writing.delivery import Reply, batch_body, deliver, undelivered
from persistence_client.writing.errors import RefusedRecord, WriterError
from persistence_client.writing.processes import check_process
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
        self._query = {"ack": checked_ack(ack)}
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
        check_process(self._process)
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
                if self._start():
                    self._changed.wait()
            self._reporting.raise_errors(seen)

    def complete(self, task: Mapping[str, Any], target_text: str, **fields: Any) -> None:
        """Puts a task of the service as `completed`, with its translation and further fields.

        Raises InvalidRecord, too, if `target_text` is no text.
        """
        self.put(states.completed(task, target_text, fields))

    def fail(self, task: Mapping[str, Any], error: object, **fields: Any) -> None:
        """Puts a task of the service as `failed`, with the text of the error.

        Of the text NUL and halves of characters are replaced, and more than 1 MiB is cut.
        """
        self.put(states.failed(task, error, fields))

    def flush(self) -> None:
        """Returns when the service has acknowledged everything that was put before.

        After `close`, it sends once more what could not be sent.
        """
        check_process(self._process)
        with self._changed:
            seen = self._backlog.failures
            self._flush_through(self._backlog.flush(), seen)
            self._reporting.raise_errors(seen)

    def close(self) -> None:
        """Sends what waits, and ends. What cannot be sent is in the error, and in `unsent`.

        Raises RecordsNotSent whenever something is left; another `close` sends it once more.
        """
        if self._process != os.getpid():
            return
        with self._changed:
            self._is_closed = True
            seen = self._backlog.failures
            self._flush_through(self._backlog.flush(), seen)
            self._is_stopped = True
            self._changed.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join()
        atexit.unregister(self.close)
        with self._changed:
            self._reporting.raise_at_end()

    @property
    def unsent(self) -> List[Dict[str, Any]]:
        """The tasks that the service has not acknowledged, merged."""
        check_process(self._process)
        with self._changed:
            return self._backlog.records()

    @property
    def refused(self) -> List[RefusedRecord]:
        """The refused tasks that no error told of: after Ctrl-C the end of `with` raises none."""
        check_process(self._process)
        with self._changed:
            return list(self._backlog.refused)

    def __enter__(self) -> TaskWriter:
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: object
    ) -> None:
        try:
            self.close()
        except WriterError as own:
            if error is None or isinstance(error, Exception):
                own.during(error)
                raise
            with self._changed:
                self._backlog.keep_refused(own.refused)
            log.error("%s ends the program: %s", type(error).__name__, own)

    def _flush_through(self, number: int, seen: int) -> None:
        self._changed.notify_all()
        backlog = self._backlog
        while backlog.has_through(number) and not backlog.has_failed_since(seen):
            if self._start():
                self._changed.wait()

    def _start(self) -> bool:
        """Whether a thread sends now; it is started anew if none does, or if it ended."""
        if self._thread is not None and self._thread.is_alive():
            return True
        if not self._is_closed:
            atexit.register(self.close)
        thread = threading.Thread(target=self._run, name="persistence-task-writer", daemon=True)
        try:
            thread.start()
        except (RuntimeError, MemoryError) as error:  # The system has no thread left.
            self._backlog.settle(undelivered(self._backlog.in_flight(), error), self._clock())
            return False
        self._thread = thread
        return True

    def _run(self) -> None:
        try:
            while self._send_next():
                pass
        except BaseException as error:  # Those who wait are told; their next call starts another.
            with self._changed:
                self._backlog.settle(undelivered(self._backlog.in_flight(), error), self._clock())
        finally:
            with self._changed:
                self._thread = None
                self._changed.notify_all()

    def _send_next(self) -> bool:
        """Sends a batch when it is due; False when none is and the writer has stopped."""
        with self._changed:
            batch = self._backlog.take(self._clock())
            while not batch:
                if self._is_stopped:
                    return False
                self._changed.wait(self._backlog.seconds_until_due(self._clock()))
                batch = self._backlog.take(self._clock())
        outcome = self._send(batch)
        with self._changed:
            self._backlog.settle(outcome, self._clock())
            self._changed.notify_all()
        return True

    def _send(self, batch: List[Entry]) -> Outcome:
        try:
            delivery = deliver(batch)
            part = next(delivery)
            while True:
                part = delivery.send(self._reply(part))
        except StopIteration as stop:
            outcome: Outcome = stop.value
            return outcome
        except Exception as error:  # Whatever it is: the records wait again.
            return undelivered(batch, error)

    def _reply(self, part: List[Entry]) -> Reply:
        try:
            answer: Reply = self._client._json(
                Request("POST", PATH, self._query, batch_body(part), records=len(part))
            )
            return answer
        except PersistenceError as error:
            return error
