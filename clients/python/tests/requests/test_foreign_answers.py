"""Answers of other programs: a proxy, another service, a broken one. Nothing counts as sent."""

import asyncio
import json

import httpx
import pytest

from persistence_client import (
    AnswerBroken,
    ApiError,
    InvalidRecord,
    NotFound,
    PersistenceClient,
    PersistenceError,
    RecordsNotSent,
    RecordsRefused,
)
from support.drivers import driver_of, within
from support.fakes import SESSION, FakeService, async_client_of, client_of, problem, task

FOREIGN = [
    [],
    None,
    {},
    {"status": "ok", "count": 1},
    {"status": "accepted"},
    {"status": "accepted", "count": 2},
    {"status": "stored", "count": 1, "quarantined": 3},
    {"status": "stored", "count": 1, "quarantined": ["t1"]},
    {"status": "stored", "count": 1, "quarantined": [{"index": 7, "reason": "x"}]},
]


@pytest.mark.parametrize("kind", ["blocking", "asynchronous"])
@pytest.mark.parametrize("answer", FOREIGN, ids=str)
def test_a_writer_takes_nothing_as_sent_by_the_answer_of_another_program(kind, answer):
    service = FakeService()
    service.before = lambda request: httpx.Response(200, content=json.dumps(answer).encode())

    def work():
        with driver_of(kind, service, max_age=600) as writer:
            writer.put(task(1))
            with pytest.raises(RecordsNotSent, match="no answer of a persistence service"):
                writer.flush()
            service.before = lambda request: None

    within(10, work)
    assert list(service.tasks) == ["t1"]


def test_a_direct_write_does_not_pass_by_the_answer_of_another_program():
    client = client_of(lambda request: httpx.Response(200, json={"status": "ok"}))
    with pytest.raises(PersistenceError, match="no answer of a persistence service"):
        client.accept_tasks([task(1)])
    with pytest.raises(PersistenceError, match="no answer of a persistence service"):
        client.accept_sessions(iter([SESSION]))


@pytest.mark.parametrize("status", [400, 409, 422])
@pytest.mark.parametrize("body", [{}, {"errors": [{"path": "tasks[0]"}]}, [1], "text"], ids=str)
def test_a_refusal_by_another_program_is_no_verdict_about_records(status, body):
    service = FakeService()
    service.before = lambda request: httpx.Response(status, json=body)
    with client_of(service) as client:
        writer = client.task_writer(flush_each=True)
        with pytest.raises(RecordsNotSent, match="no answer of a persistence service"):
            writer.put(task(1))
        assert writer.unsent == [task(1)]
        service.before = lambda request: None
        writer.close()
    assert list(service.tasks) == ["t1"]


def test_the_limit_of_a_proxy_is_met_by_smaller_batches():
    service = FakeService()
    service.before = lambda request: (
        httpx.Response(413, html="too large") if len(request.content) > 1_000 else None
    )
    with client_of(service) as client, client.task_writer(max_age=600) as writer:
        for number in range(20):
            writer.put(task(number))
    assert len(service.tasks) == 20


@pytest.mark.parametrize("errors", ["text", 5, [1], {"path": "tasks[0]"}], ids=str)
def test_faults_that_are_no_list_of_objects_are_ignored(errors):
    service = FakeService()
    service.before = lambda request: problem(422, "VALIDATION_ERROR", errors=errors)
    with client_of(service) as client:
        writer = client.task_writer(max_age=600)
        writer.put(task(1))
        with pytest.raises(RecordsRefused) as caught:
            within(10, writer.close)
    assert caught.value.refused[0].reason == "detail of VALIDATION_ERROR"


def test_a_404_of_a_proxy_does_not_post_the_session_anew():
    service = FakeService()
    service.sessions["s"] = {**SESSION, "status": "processing"}
    service.tasks["t1"] = task(1, status="completed")
    answers = [httpx.Response(404, text="default backend - 404")]
    service.before = lambda request: answers.pop() if answers else None
    with pytest.raises(NotFound) as caught:
        client_of(service).resume(SESSION, [task(1)])
    assert caught.value.is_foreign
    assert service.tasks["t1"]["status"] == "completed"


def test_an_answer_that_is_no_session_is_an_error_about_the_address():
    async def ask():
        async with async_client_of(lambda request: httpx.Response(200, json={})) as client:
            await client.resume(SESSION, [task(1)])

    with pytest.raises(PersistenceError, match="of a persistence service"):
        asyncio.run(ask())
    with pytest.raises(PersistenceError, match="of a persistence service"):
        client_of(lambda request: httpx.Response(200, json={})).resume(SESSION, [task(1)])


@pytest.mark.parametrize("path", ["/quarantine", "/restore/", "/progress"])
@pytest.mark.parametrize("status", [200, 404])
def test_a_foreign_answer_in_the_middle_of_a_resume_and_a_finish_is_told(path, status):
    service = FakeService()
    job = client_of(service).resume(SESSION, [task(1)])
    service.before = lambda request: (
        httpx.Response(status, json={}) if path in request.url.path else None
    )
    with pytest.raises(PersistenceError, match="no answer|not session"):
        client_of(service).resume(SESSION)
        client_of(service).finish(job)

    async def ask():
        async with async_client_of(service) as client:
            await client.resume(SESSION)
            await client.finish(job)

    with pytest.raises(PersistenceError, match="no answer|not session"):
        asyncio.run(ask())


def test_an_answer_that_cannot_be_unpacked_is_repeated():
    headers = {"content-encoding": "gzip"}
    broken = [httpx.Response(200, headers=headers, stream=httpx.ByteStream(b"{}"))]
    whole = httpx.Response(200, json={"status": "alive"})
    client = client_of(lambda request: broken.pop() if broken else whole)
    assert client.get_liveness() == {"status": "alive"}
    again = httpx.Response(200, headers=headers, stream=httpx.ByteStream(b"{}"))
    with pytest.raises(AnswerBroken):
        client_of(lambda request: again, max_retries=0).get_liveness()


def test_an_answer_that_is_nested_too_deeply_is_broken():
    deep = httpx.Response(200, content=b"[" * 100_000)
    with pytest.raises(AnswerBroken):
        client_of(lambda request: deep, max_retries=0).get_liveness()
    with pytest.raises(ApiError):
        client_of(lambda request: httpx.Response(422, content=b"[" * 100_000)).get_liveness()


@pytest.mark.parametrize("url", ["http://[::1", "http://", "http://host:port", "https://"])
def test_an_address_that_is_none_is_said_at_once(url):
    with pytest.raises(PersistenceError, match="the address"):
        PersistenceClient(url)


@pytest.mark.parametrize("key", ["schlüssel", "two\nlines"])
def test_a_key_that_no_header_can_have_is_refused_without_showing_it(key):
    with pytest.raises(PersistenceError) as caught:
        PersistenceClient("http://service.test", api_key=key)
    assert key not in str(caught.value)
    with pytest.raises(PersistenceError):
        PersistenceClient("http://service.test").with_options(api_key=key)


@pytest.mark.parametrize("bad", ["\ud800", 5, None])
def test_an_id_that_no_address_can_have_is_refused(bad):
    client = client_of(lambda request: httpx.Response(200, json={}))
    with pytest.raises(InvalidRecord):
        client.get_task(bad)


def test_a_filter_that_no_address_can_have_is_refused():
    client = client_of(lambda request: httpx.Response(200, json={}))
    with pytest.raises(InvalidRecord, match="text: .*half of a character"):
        client.list_tasks(text="\ud800")


def test_a_writer_refuses_an_unknown_acknowledgement_at_once():
    with pytest.raises(ValueError, match="ack is 'stored'"):
        client_of(FakeService()).task_writer(ack="sotred")
    with pytest.raises(ValueError, match="ack is 'stored'"):
        async_client_of(FakeService()).task_writer(ack="sotred")
