"""An error of the caller's own is seen, also when the service cannot be reached either."""

import asyncio

import httpx
import pytest

from persistence_client import ConnectionFailed, RecordsNotSent, RecordsRefused
from support.drivers import driver_of
from support.fakes import SESSION, FakeService, async_client_of, client_of, task
from support.resuming import Asynchronous, Blocking


class LineUnreadable(Exception):
    """What the caller raises."""


def lines(first):
    yield first
    raise LineUnreadable("line 3 has no key")


def refuse_tasks(request):
    if request.url.path.endswith("/tasks/batch"):
        raise httpx.ConnectError("refused")


@pytest.fixture(params=["blocking", "asynchronous"])
def kind(request):
    return request.param


@pytest.fixture
def client(kind):
    return Blocking() if kind == "blocking" else Asynchronous()


def accept(kind, service, tasks):
    if kind == "blocking":
        return client_of(service).accept_tasks(tasks)

    async def run():
        async with async_client_of(service) as client:
            return await client.accept_tasks(tasks)

    return asyncio.run(run())


def test_a_batch_whose_iterator_raises_is_not_sent_and_its_error_comes_through(kind):
    service = FakeService()
    with pytest.raises(LineUnreadable, match="line 3"):
        accept(kind, service, lines(task(1)))
    assert service.requests == []


def test_new_tasks_whose_iterator_raises_raise_the_same(client):
    with pytest.raises(LineUnreadable, match="line 3"):
        client.resume(FakeService(), SESSION, lines(task(1)))


def test_new_tasks_that_can_be_neither_read_nor_sent_tell_both(client):
    service = FakeService()
    service.before = refuse_tasks
    with pytest.raises(RecordsNotSent, match="refused.*LineUnreadable.*line 3") as caught:
        client.resume(service, SESSION, lines(task(1)))
    assert isinstance(caught.value.body_error, LineUnreadable)
    assert isinstance(caught.value.__cause__, ConnectionFailed)


def test_new_tasks_that_can_neither_be_read_nor_are_taken_tell_both(client):
    with pytest.raises(RecordsRefused, match="bad.*LineUnreadable.*line 3") as caught:
        client.resume(FakeService(), SESSION, lines(task(1, status="Bad")))
    assert isinstance(caught.value.body_error, LineUnreadable)


def test_the_end_of_a_writer_tells_what_its_body_raised(kind):
    service = FakeService()
    with pytest.raises(RecordsNotSent, match="LineUnreadable"):
        with driver_of(kind, service, max_age=600) as writer:
            service.before = refuse_tasks
            writer.put(task(1))
            raise LineUnreadable


def test_an_error_of_the_writer_itself_is_told_once(kind):
    service = FakeService()
    service.before = refuse_tasks
    with pytest.raises(RecordsNotSent) as caught:
        with driver_of(kind, service, flush_each=True) as writer:
            writer.put(task(1))
    assert "body" not in str(caught.value)
    assert caught.value.body_error is None


def test_an_error_of_the_network_without_a_text_is_named(kind):
    service = FakeService()

    def silent(request):
        raise httpx.ReadTimeout("")

    service.before = silent
    with pytest.raises(ConnectionFailed, match=r"tasks/batch: ReadTimeout\(''\)$"):
        accept(kind, service, [task(1)])
