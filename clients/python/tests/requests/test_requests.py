import asyncio
import json
from datetime import date, datetime, timedelta, timezone

import httpx
import pytest

from persistence_client import ApiError, InvalidRecord, PersistenceClient, PersistenceError
from support.fakes import async_client_of, client_of, problem, task


def recording(seen, answer=None):
    def handler(request):
        seen.append(request)
        return answer or httpx.Response(200, json={"status": "accepted", "count": 1})

    return handler


def test_address_and_key_come_from_the_arguments_or_the_environment(monkeypatch):
    seen = []
    monkeypatch.setenv("PERSISTENCE_URL", "http://from.env:9/prefix/")
    monkeypatch.setenv("PERSISTENCE_API_KEY", "key-of-env\n")
    transport = httpx.MockTransport(recording(seen))
    with PersistenceClient(transport=transport) as client:
        client.get_liveness()
        client.with_options(api_key="other").get_liveness()
    assert str(seen[0].url) == "http://from.env:9/prefix/health/live"
    assert seen[0].headers["authorization"] == "Bearer key-of-env"
    assert seen[1].headers["authorization"] == "Bearer other"
    with pytest.raises(PersistenceError, match="http://"):
        PersistenceClient("localhost:8001")


def test_the_key_is_not_in_the_text_of_the_settings():
    client = client_of(recording([]), api_key="secret-key")
    assert "secret-key" not in repr(client._settings)


def test_an_id_is_one_segment_of_the_path():
    seen = []
    client_of(recording(seen)).get_task("Quests/B 4?#%é")
    assert seen[0].url.raw_path == b"/api/v1/translation/tasks/Quests%2FB%204%3F%23%25%C3%A9"


def test_parameters_that_are_left_out_are_not_sent():
    seen = []
    client = client_of(recording(seen))
    moment = datetime(2026, 11, 24, 13, 5, 30, 125_900, timezone(timedelta(hours=8)))
    client.list_tasks(
        status=["pending", "processing"], fresh=True, from_date=date(2026, 11, 1), to_date=moment
    )
    assert dict(seen[0].url.params) == {
        "status": "pending,processing",
        "fresh": "true",
        "from_date": "2026-11-01",
        "to_date": "2026-11-24T05:05:30.125Z",
    }


def test_a_body_without_members_is_not_sent():
    seen = []
    client = client_of(recording(seen))
    client.retry_session("s")
    client.retry_session("s", sheet_name="Items")
    client.requeue_quarantine(ids=[])
    assert [request.content for request in seen] == [b"", b'{"sheet_name":"Items"}', b'{"ids":[]}']


def test_times_are_sent_in_utc_and_naive_ones_are_refused():
    seen = []
    client = client_of(recording(seen))
    end = datetime(2026, 11, 24, 13, 5, 30, tzinfo=timezone(timedelta(hours=1)))
    client.accept_tasks([task(1, end_time=end, start_time="2026-11-24T12:00:00+08:00")])
    sent = json.loads(seen[0].content)["tasks"][0]
    assert sent["end_time"] == "2026-11-24T12:05:30.000Z"
    assert sent["start_time"] == "2026-11-24T12:00:00+08:00"
    for naive in (datetime(2026, 11, 24, 13), "2026-11-24T13:05:30", "2026-11-24"):
        with pytest.raises(InvalidRecord, match="no zone.*hours off"):
            client.accept_tasks([task(1, end_time=naive)])
    with pytest.raises(InvalidRecord, match="no zone"):
        client.list_tasks(from_date=datetime(2026, 11, 24))
    with pytest.raises(InvalidRecord, match="no zone"):
        client.accept_sessions([{"session_id": "s", "metadata": {"at": datetime(2026, 1, 1)}}])
    assert len(seen) == 1


@pytest.mark.parametrize("value", [float("nan"), {1, 2}, "\ud800", object()])
def test_what_json_cannot_express_is_refused(value):
    with pytest.raises(InvalidRecord):
        client_of(recording([])).accept_tasks([task(1, context=value)])


def test_an_error_has_what_the_service_says():
    faults = [{"path": "tasks[0].status", "message": "bad"}]
    answer = problem(422, "VALIDATION_ERROR", request_id="r-1", errors=faults)
    with pytest.raises(ApiError) as caught:
        client_of(lambda request: answer).accept_tasks([task(1)])
    error = caught.value
    assert type(error).__name__ == "ValidationFailed"
    assert (error.status, error.error_code, error.request_id) == (422, "VALIDATION_ERROR", "r-1")
    assert error.errors == faults
    assert str(error) == "422 VALIDATION_ERROR: detail of VALIDATION_ERROR (request r-1)"


def test_the_answer_of_a_proxy_is_an_error_too():
    answer = httpx.Response(502, html="<h1>Bad Gateway</h1>", headers={"x-request-id": "r-2"})
    with pytest.raises(ApiError) as caught:
        client_of(lambda request: answer, max_retries=0).get_task("t")
    assert (caught.value.error_code, caught.value.request_id) == ("HTTP_502", "r-2")


def test_an_unhealthy_service_is_an_answer():
    health = httpx.Response(503, json={"status": "unhealthy"})
    assert client_of(lambda request: health).get_health()["status"] == "unhealthy"

    async def ask():
        async with async_client_of(lambda request: health) as client:
            return (await client.get_readiness())["status"]

    assert asyncio.run(ask()) == "unhealthy"


def test_a_client_of_httpx_that_was_given_stays_open():
    own = httpx.Client(transport=httpx.MockTransport(recording([])))
    with PersistenceClient("http://service.test", http_client=own) as client:
        client.with_options(timeout=1.0).close()
        client.get_liveness()
    assert not own.is_closed
    own.close()
