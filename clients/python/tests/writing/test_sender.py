"""What sends in the background ends only when it is told to, and nobody waits for it forever."""

import asyncio
import threading

import httpx
import pytest

from persistence_client import PersistenceError, RecordsNotSent, RecordsRefused
from support.drivers import within
from support.fakes import FakeService, async_client_of, client_of, problem, task


def waiting_writer(service, **options):
    return async_client_of(service).task_writer(max_age=600, **options)


async def turns(count=5):
    for _ in range(count):
        await asyncio.sleep(0)


def test_an_error_elsewhere_in_the_program_loses_nothing_that_was_put():
    service = FakeService()

    async def worker():
        async with waiting_writer(service) as writer:
            await writer.put(task(1))
            await asyncio.Event().wait()

    async def main():
        working = asyncio.create_task(worker())
        await turns()
        assert not working.done()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asyncio.run(main())
    assert list(service.tasks) == ["t1"]


def test_an_interrupt_in_the_middle_of_a_request_loses_nothing_that_was_put():
    service = FakeService()
    interrupts = [KeyboardInterrupt()]

    def before(request):
        if interrupts:
            raise interrupts.pop()

    service.before = before

    async def main():
        async with waiting_writer(service) as writer:
            await writer.put(task(1))
            await writer.flush()

    with pytest.raises(KeyboardInterrupt):
        asyncio.run(main())
    assert list(service.tasks) == ["t1"]


async def cancel_all_others():
    for one in asyncio.all_tasks() - {asyncio.current_task()}:
        one.cancel()
    await turns()


@pytest.mark.parametrize("call", ["put", "flush", "aclose"])
def test_a_cancelled_sender_is_started_again_by_the_next_call(call):
    service = FakeService()

    async def run():
        writer = waiting_writer(service, flush_each=call == "put")
        writer._backlog.put(task(1), 0)
        writer._start()
        await cancel_all_others()
        work = writer.put(task(2)) if call == "put" else getattr(writer, call)()
        await asyncio.wait_for(work, 10)

    asyncio.run(run())
    assert "t1" in service.tasks


@pytest.mark.parametrize("after", [0, 1, 2, 5])
def test_a_sender_that_is_cancelled_in_the_middle_of_a_flush_is_replaced(after):
    service = FakeService()

    async def run():
        gate = asyncio.Event()

        async def slow(request):
            await gate.wait()
            return service(request)

        client = async_client_of(service, http_client=httpx.AsyncClient(
            transport=httpx.MockTransport(slow)))
        writer = client.task_writer(max_age=600)
        await writer.put(task(1))
        closing = asyncio.ensure_future(writer.aclose())
        await turns(after)
        for one in asyncio.all_tasks() - {asyncio.current_task(), closing}:
            one.cancel()
        await turns()
        gate.set()
        await asyncio.wait_for(closing, 10)
        assert writer.unsent == []

    asyncio.run(run())
    assert list(service.tasks) == ["t1"]


def test_a_writer_that_is_closed_in_another_event_loop_does_not_wait_for_the_first():
    service = FakeService()
    first = asyncio.new_event_loop()
    writer = waiting_writer(service)
    first.run_until_complete(writer.put(task(1)))
    first.close()
    asyncio.run(asyncio.wait_for(writer.aclose(), 10))
    assert list(service.tasks) == ["t1"]


def broken_once(writer, error):
    """What sends meets this error once, when a flush waits for it."""
    backlog, left = writer._backlog, [error]
    take = backlog.take

    def broken_take(now):
        if left and backlog._flush_through > 0:
            raise left.pop()
        return take(now)

    backlog.take = broken_take


def test_any_error_of_the_thread_reaches_the_caller_and_the_next_call_sends():
    service = FakeService()
    with client_of(service) as client, client.task_writer(max_age=600) as writer:
        broken_once(writer, MemoryError("none left"))
        writer.put(task(1))
        with pytest.raises(RecordsNotSent, match="none left"):
            within(10, writer.flush)
        assert writer.unsent == [task(1)]
        within(10, writer.flush)
    assert list(service.tasks) == ["t1"]


def test_any_error_of_the_task_reaches_the_caller_and_the_next_call_sends():
    service = FakeService()

    async def run():
        async with waiting_writer(service) as writer:
            broken_once(writer, MemoryError("none left"))
            await writer.put(task(1))
            with pytest.raises(RecordsNotSent, match="none left"):
                await asyncio.wait_for(writer.flush(), 10)
            await asyncio.wait_for(writer.flush(), 10)

    asyncio.run(run())
    assert list(service.tasks) == ["t1"]


def test_a_system_without_threads_is_an_error_and_not_a_silence(monkeypatch):
    service = FakeService()

    def start(thread):
        raise RuntimeError("can't start new thread")

    with client_of(service) as client, client.task_writer(flush_each=True) as writer:
        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", start)
            with pytest.raises(RecordsNotSent, match="can't start new thread"):
                writer.put(task(1))
        within(10, writer.flush)
    assert list(service.tasks) == ["t1"]


def test_a_writer_that_ended_with_unsent_records_sends_them_at_the_next_flush():
    service = FakeService()
    service.before = lambda request: problem(401)
    with client_of(service) as client:
        writer = client.task_writer(max_age=600)
        writer.put(task(1))
        for end in (writer.close, writer.flush, writer.close):
            with pytest.raises(RecordsNotSent):
                within(10, end)
        service.before = lambda request: None
        within(10, writer.flush)
        within(10, writer.close)
    assert (list(service.tasks), writer.unsent) == (["t1"], [])


def test_an_asynchronous_writer_that_ended_sends_at_the_next_flush_too():
    service = FakeService()
    service.before = lambda request: problem(401)

    async def run():
        writer = waiting_writer(service)
        await writer.put(task(1))
        for end in (writer.aclose, writer.flush, writer.aclose):
            with pytest.raises(RecordsNotSent):
                await asyncio.wait_for(end(), 10)
        service.before = lambda request: None
        await asyncio.wait_for(writer.flush(), 10)
        await asyncio.wait_for(writer.aclose(), 10)
        return writer.unsent

    assert asyncio.run(run()) == []
    assert list(service.tasks) == ["t1"]


def test_a_put_whose_record_still_waits_does_not_return_when_a_failure_has_passed():
    """A batch fails and the next one passes before the thread that waits sees either."""
    service = FakeService()
    with client_of(service) as client, client.task_writer(max_age=600) as writer:
        states = iter([1, 0])

        class Changed(threading.Condition):
            def wait(self, timeout=None):
                if threading.current_thread() is threading.main_thread():
                    # A failure came and went, and the record waits as before.
                    writer._backlog.failures += next(states, 0)
                return super().wait(timeout if timeout else 0.05)

        writer._changed = Changed()
        gate = threading.Event()
        service.before = lambda request: gate.wait(10) and None
        threading.Timer(0.2, gate.set).start()
        writer._flush_each = True
        writer.put(task(1))
        assert list(service.tasks) == ["t1"]


def test_refused_records_stay_readable_after_an_interrupt(caplog):
    service = FakeService()
    with pytest.raises(KeyboardInterrupt):
        with client_of(service) as client, client.task_writer(max_age=600) as writer:
            writer.put(task(1, status="Done"))
            raise KeyboardInterrupt
    assert [one.record["task_id"] for one in writer.refused] == ["t1"]
    assert "refused: task 't1'" in caplog.text
    with pytest.raises(RecordsRefused):
        writer.close()
    assert writer.refused == []


def test_refused_records_stay_readable_after_a_cancellation():
    service = FakeService()

    async def run():
        writer = waiting_writer(service)

        async def work():
            async with writer:
                await writer.put(task(1, status="Done"))
                await asyncio.Event().wait()

        working = asyncio.create_task(work())
        await turns()
        working.cancel()
        with pytest.raises(asyncio.CancelledError):
            await working
        return [one.record["task_id"] for one in writer.refused]

    assert asyncio.run(run()) == ["t1"]


def test_a_closed_writer_takes_nothing():
    with client_of(FakeService()) as client:
        writer = client.task_writer()
        writer.close()
        writer.close()
        with pytest.raises(PersistenceError, match="closed"):
            writer.put(task(1))
