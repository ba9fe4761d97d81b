"""Long changes are not repeated beside themselves: the second answer would count what is left."""

import asyncio

import httpx
import pytest

from persistence_client import AnswerBroken, ConnectionFailed, PersistenceError
from support.fakes import Pauses, async_client_of, client_of, problem

DONE = httpx.Response(200, json={"status": "done"})
ONCE = [
    ("delete_session", ("s",)),
    ("clean_up_sessions", ()),
    ("retry_session", ("s",)),
    ("requeue_quarantine", ()),
]
LOST = [
    httpx.ReadTimeout("slow"),
    httpx.ReadError("reset"),
    httpx.RemoteProtocolError("cut off"),
    *(problem(status) for status in (500, 502, 504)),
    httpx.Response(200, content=b'{"deleted_s', headers={"content-type": "application/json"}),
]
NOT_BEGUN = [
    httpx.ConnectError("refused"),
    httpx.ConnectTimeout("slow"),
    *(problem(status) for status in (408, 429, 503)),
]


def name_of(trouble):
    return getattr(trouble, "status_code", repr(trouble))


class Service:
    """Gives the trouble once, and is well then."""

    def __init__(self, trouble):
        self.trouble = trouble
        self.timeouts = []

    def __call__(self, request):
        self.timeouts.append(request.extensions["timeout"]["read"])
        if len(self.timeouts) > 1 or self.trouble is None:
            return DONE
        if isinstance(self.trouble, Exception):
            raise self.trouble
        return self.trouble


def ask(kind, service, name, arguments, **options):
    if kind == "blocking":
        return getattr(client_of(service, Pauses(), **options), name)(*arguments)

    async def run():
        async with async_client_of(service, Pauses(), **options) as client:
            return await getattr(client, name)(*arguments)

    return asyncio.run(run())


@pytest.fixture(params=["blocking", "asynchronous"])
def kind(request):
    return request.param


@pytest.mark.parametrize("name, arguments", ONCE)
@pytest.mark.parametrize("trouble", LOST, ids=name_of)
def test_a_long_change_whose_answer_is_lost_is_not_repeated(kind, name, arguments, trouble):
    service = Service(trouble)
    with pytest.raises(PersistenceError):
        ask(kind, service, name, arguments)
    assert len(service.timeouts) == 1


@pytest.mark.parametrize("name, arguments", ONCE)
@pytest.mark.parametrize("trouble", NOT_BEGUN, ids=name_of)
def test_a_long_change_that_has_not_begun_is_repeated(kind, name, arguments, trouble):
    service = Service(trouble)
    assert ask(kind, service, name, arguments) == {"status": "done"}
    assert len(service.timeouts) == 2


def test_a_long_change_is_waited_for_longer_unless_the_caller_names_a_timeout(kind):
    service = Service(None)
    for name, arguments in [*ONCE, ("flush", ())]:
        ask(kind, service, name, arguments)
    ask(kind, service, "clean_up_sessions", (), timeout=7)
    assert service.timeouts == [290, 290, 290, 290, 60, 7]


def test_an_error_says_whether_the_request_was_sent():
    for trouble, is_unsent in [(httpx.ConnectError("x"), True), (httpx.ReadTimeout("x"), False)]:
        with pytest.raises(ConnectionFailed) as caught:
            client_of(Service(trouble), max_retries=0).flush()
        assert caught.value.is_unsent is is_unsent
    with pytest.raises(AnswerBroken):
        client_of(Service(LOST[-1])).clean_up_sessions()
