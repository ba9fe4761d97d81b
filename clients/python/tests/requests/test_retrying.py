import asyncio
from email.utils import format_datetime
from datetime import datetime, timedelta, timezone

import httpx
import pytest

from persistence_client import AnswerBroken, ConnectionFailed, NotFound, Unavailable
from persistence_client.calls.retrying import Retrying, retry_after_seconds
from support.fakes import Pauses, async_client_of, client_of, problem


class Answers:
    """Gives these answers one after the other; an exception is raised."""

    def __init__(self, *answers):
        self.answers = list(answers)

    def __call__(self, request):
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


OK = httpx.Response(200, json={"status": "alive"})
PASSING = [
    httpx.ConnectError("refused"),
    httpx.ReadTimeout("slow"),
    httpx.RemoteProtocolError("cut off"),
    *(problem(status) for status in (408, 429, 500, 502, 503, 504)),
    httpx.Response(200, content=b'{"tasks": [{"task_id'),
]


@pytest.mark.parametrize("trouble", PASSING, ids=lambda one: getattr(one, "status_code", repr(one)))
def test_what_can_pass_is_repeated(trouble):
    pauses = Pauses()
    assert client_of(Answers(trouble, OK), pauses).get_liveness()["status"] == "alive"
    assert len(pauses.seconds) == 1

    async def ask():
        async with async_client_of(Answers(trouble, OK), pauses) as client:
            return await client.get_liveness()

    assert asyncio.run(ask())["status"] == "alive"
    assert len(pauses.seconds) == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 413, 415, 421, 422])
def test_what_cannot_pass_is_raised_at_once(status):
    pauses = Pauses()
    with pytest.raises(Exception) as caught:
        client_of(Answers(problem(status)), pauses).get_liveness()
    assert caught.value.status == status
    assert pauses.seconds == []


def test_the_pauses_grow_with_jitter_and_outlast_a_restart():
    pauses = Pauses()
    with pytest.raises(ConnectionFailed, match="refused"):
        client_of(Answers(*[httpx.ConnectError("refused")] * 11), pauses).get_liveness()
    assert len(pauses.seconds) == 10
    for pause, most in zip(pauses.seconds, [0.5, 1, 2, 4, 8, 8, 8, 8, 8, 8]):
        assert 0.75 * most <= pause <= most
    assert 41 <= sum(pauses.seconds) <= 56


def test_retry_after_is_obeyed():
    pauses = Pauses()
    date = format_datetime(datetime.fromtimestamp(1_000_030, timezone.utc), usegmt=True)
    answers = Answers(
        problem(429, headers={"retry-after": "7"}), problem(503, headers={"retry-after": date}), OK
    )
    client_of(answers, pauses, clock=lambda: 1_000_000.0).get_liveness()
    for pause, least in zip(pauses.seconds, [7.0, 30.0]):
        assert least <= pause <= least + 1


def test_clients_that_are_sent_away_together_come_back_one_by_one():
    def pause_after(seconds, jitter):
        error = Unavailable(503, "CODE", "full", retry_after=seconds)
        return Retrying(jitter=lambda: jitter).pause_after(error, 0)

    assert [pause_after(2.0, 0.0), pause_after(2.0, 1.0)] == [2.0, 2.5]
    assert [pause_after(30.0, 0.0), pause_after(30.0, 0.5)] == [30.0, 30.5]


def test_a_very_long_retry_after_is_left_to_the_caller():
    pauses = Pauses()
    with pytest.raises(Unavailable) as caught:
        client_of(Answers(problem(503, headers={"retry-after": "3600"})), pauses).get_liveness()
    assert caught.value.retry_after == 3600
    assert pauses.seconds == []


def test_retry_after_that_cannot_be_read_is_ignored():
    assert retry_after_seconds("soon", 0) is None
    assert retry_after_seconds(None, 0) is None
    past = format_datetime(datetime.now(timezone.utc) - timedelta(days=1), usegmt=True)
    assert retry_after_seconds(past, 4_000_000_000) == 0


def test_no_retries():
    with pytest.raises(AnswerBroken):
        client_of(lambda request: httpx.Response(200, content=b"{"), max_retries=0).get_liveness()
    assert Retrying(max_retries=0).pause_after(ConnectionFailed("x"), 0) is None


def test_an_answer_of_404_is_its_own_error():
    with pytest.raises(NotFound):
        client_of(Answers(problem(404))).get_session("s")
