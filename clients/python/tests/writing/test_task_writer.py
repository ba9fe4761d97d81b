"""Both writers, by one set of tests: the asynchronous one is driven step by step."""

import asyncio
import os
import random
import threading

import httpx
import pytest

from persistence_client import (
    InvalidRecord,
    PersistenceError,
    RecordsNotSent,
    RecordsRefused,
)
from persistence_client.writing import backlog
from support.drivers import BlockingDriver, driver_of
from support.fakes import FakeService, problem, task

DRIVERS = ["blocking", "asynchronous"]


@pytest.fixture(params=DRIVERS)
def service(request):
    service = FakeService()
    service.kind = request.param
    return service


def writing(service, **options):
    return driver_of(service.kind, service, **options)


def stored(service):
    return {key: record["status"] for key, record in service.tasks.items()}


def test_batches_are_sent_by_count_and_the_rest_at_the_end(service):
    with writing(service, max_records=4, max_age=600) as writer:
        for number in range(10):
            writer.put(task(number))
    assert [len(batch) for batch in service.batches] == [4, 4, 2]
    assert list(service.tasks) == [f"t{number}" for number in range(10)]


def test_a_batch_is_sent_by_age_without_another_call(service):
    sent = threading.Event()
    service.before = lambda request: sent.set()
    with writing(service, max_age=0.01) as writer:
        writer.put(task(1))
        writer.until(sent.is_set)
    assert stored(service) == {"t1": "pending"}


def test_flush_each_returns_when_the_task_is_acknowledged(service):
    with writing(service, flush_each=True, max_age=600) as writer:
        for number in range(3):
            writer.put(task(number))
            assert f"t{number}" in service.tasks
        writer.complete(task(1, context="kept"), "un", confidence=0.5)
        writer.fail(task(2), ValueError("no answer"))
    assert service.tasks["t1"]["target_text"] == "un"
    assert service.tasks["t1"]["error_message"] is None
    assert "context" not in service.batches[3][0]
    assert service.tasks["t2"] == task(2, status="failed", error_message="no answer")


def test_refused_records_are_raised_and_the_others_are_sent(service):
    with pytest.raises(RecordsRefused) as caught:
        with writing(service, max_age=600) as writer:
            for number in range(5):
                writer.put(task(number, status="Done" if number == 2 else "pending"))
    (refused,) = caught.value.refused
    assert refused.record["task_id"] == "t2"
    assert refused.reason == "status: bad"
    assert str(caught.value) == "refused: task 't2': status: bad"
    assert list(service.tasks) == ["t0", "t1", "t3", "t4"]


def test_flush_each_raises_at_the_put_of_the_refused_record(service):
    with writing(service, flush_each=True) as writer:
        writer.put(task(1))
        with pytest.raises(RecordsRefused):
            writer.put(task(2, status="Done"))
        writer.put(task(3))
    assert list(service.tasks) == ["t1", "t3"]


def test_an_error_of_the_background_is_raised_at_the_next_call_and_nothing_is_lost(service):
    service.before = lambda request: problem(401, "UNAUTHORIZED")
    with writing(service, max_records=1, max_age=0) as writer:
        writer.put_without_error(task(1))
        writer.until(lambda: len(service.requests) >= 1 and writer.has_failed())
        with pytest.raises(RecordsNotSent) as caught:
            writer.put(task(2))
        assert caught.value.__cause__.status == 401
        assert [one["task_id"] for one in caught.value.records] == ["t1", "t2"]
        service.before = lambda request: None
        writer.flush()
        assert list(service.tasks) == ["t1", "t2"]


def test_after_a_failure_it_sends_again_by_itself(service, monkeypatch):
    monkeypatch.setattr(backlog, "_FIRST_PAUSE", 0.01)
    failures = [problem(401), problem(403), problem(401)]
    service.before = lambda request: failures.pop() if failures else None
    with writing(service, max_age=0) as writer:
        writer.put_without_error(task(1))
        writer.until(lambda: "t1" in service.tasks)
    assert len(service.requests) == 4


def test_the_end_raises_what_was_not_sent(service):
    service.before = lambda request: problem(503, "BUFFER_FULL")
    with pytest.raises(RecordsNotSent, match="2 records are not sent: 503 BUFFER_FULL") as caught:
        with writing(service, max_age=600) as writer:
            writer.put(task(1))
            writer.put(task(2))
    assert [one["task_id"] for one in caught.value.records] == ["t1", "t2"]
    assert writer.unsent == caught.value.records
    with pytest.raises(PersistenceError, match="closed"):
        writer.put(task(3))


def test_the_end_sends_what_was_put_although_the_body_raised(service):
    with pytest.raises(ZeroDivisionError):
        with writing(service, max_age=600) as writer:
            writer.put(task(1))
            raise ZeroDivisionError
    assert stored(service) == {"t1": "pending"}


def test_an_interrupt_is_not_hidden_by_what_could_not_be_sent(service, caplog):
    service.before = lambda request: problem(401)
    with pytest.raises(KeyboardInterrupt):
        with writing(service, max_age=600) as writer:
            writer.put(task(1))
            raise KeyboardInterrupt
    assert "1 records are not sent" in caplog.text
    assert writer.unsent == [task(1)]


def test_an_invalid_record_is_not_taken(service):
    with writing(service, max_age=600) as writer:
        writer.put(task(1))
        for bad in ({"status": "x"}, task(2, context={1}), task(1, session_id="other")):
            with pytest.raises(InvalidRecord):
                writer.put(bad)
        with pytest.raises(InvalidRecord, match="has no source_text"):
            writer.complete({"task_id": "t3"} | {k: 1 for k in task(3) if k != "source_text"}, "x")
    assert stored(service) == {"t1": "pending"}


def test_trouble_that_passes_is_not_noticed(service):
    rng = random.Random(1)
    trouble = [problem(503), problem(429), problem(500)]

    def before(request):
        return rng.choice(trouble) if rng.random() < 0.4 else None

    service.before = before
    with writing(service, max_records=3) as writer:
        for number in range(60):
            writer.put(task(number % 20, target_text=str(number)))
    texts = {key: record["target_text"] for key, record in service.tasks.items()}
    assert texts == {f"t{number % 20}": str(number) for number in range(40, 60)}


def test_put_waits_while_the_writer_is_full():
    service = FakeService()
    gate = threading.Event()
    service.before = lambda request: gate.wait(10) and None
    done = []
    with BlockingDriver(service, max_records=2, max_waiting_records=4, max_age=600) as writer:
        for number in range(4):
            writer.put(task(number))

        def one_more():
            writer.put(task(4))
            done.append(True)

        thread = threading.Thread(target=one_more)
        thread.start()
        thread.join(0.05)
        assert done == []
        gate.set()
        thread.join(10)
        assert done == [True]
    assert len(service.tasks) == 5


def test_many_threads_may_put():
    service = FakeService()
    with BlockingDriver(service, flush_each=True) as writer:

        def work(start):
            for number in range(start, start + 25):
                writer.put(task(number))

        threads = [threading.Thread(target=work, args=(start,)) for start in range(0, 200, 25)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(service.tasks) == 200


def test_an_unknown_error_of_the_transport_does_not_end_the_thread():
    service = FakeService()
    calls = []

    def before(request):
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError("broken transport")

    service.before = before
    with BlockingDriver(service, max_age=600) as writer:
        writer.put(task(1))
        with pytest.raises(RecordsNotSent, match="broken transport"):
            writer.flush()
        writer.flush()
    assert stored(service) == {"t1": "pending"}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_child_process_does_not_send_what_its_parent_put():
    service = FakeService()
    with BlockingDriver(service, max_age=600) as writer:
        writer.put(task(1))
        child = os.fork()
        if child == 0:
            try:
                writer.put(task(2))
            except PersistenceError as error:
                os._exit(0 if "parent process" in str(error) else 1)
            os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert stored(service) == {"t1": "pending"}


def test_a_cancelled_put_has_given_its_task():
    from support.fakes import async_client_of

    service = FakeService()
    gate = {}

    async def slow(request):
        await gate["open"].wait()
        return service(request)

    async def run():
        gate["open"] = asyncio.Event()
        own = httpx.AsyncClient(transport=httpx.MockTransport(slow))
        client = async_client_of(service, http_client=own)
        async with client, client.task_writer(flush_each=True) as writer:
            putting = asyncio.create_task(writer.put(task(1)))
            await asyncio.sleep(0)
            putting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await putting
            gate["open"].set()

    asyncio.run(run())
    assert stored(service) == {"t1": "pending"}


def test_a_loop_that_ends_before_the_writer_says_what_is_lost(caplog):
    from support.fakes import async_client_of

    async def run():
        writer = async_client_of(FakeService()).task_writer(max_age=600)
        await writer.put(task(1))
        await asyncio.sleep(0)
        return writer

    writer = asyncio.run(run())
    assert "1 tasks unsent" in caplog.text
    assert writer.unsent == [task(1)]
