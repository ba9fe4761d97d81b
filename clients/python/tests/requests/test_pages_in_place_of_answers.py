"""A page of another program with the status 200 is an error at once, and says what was found."""

import asyncio
import io

import httpx
import pytest

from persistence_client import AnswerBroken, AnswerForeign, ApiError
from support.fakes import SESSION, FakeService, Pauses, async_client_of, client_of, task
from support.resuming import Asynchronous, Blocking

PAGE = "<!DOCTYPE html><title>Sign in</title>" + "x" * 1_000
PAGES = [
    httpx.Response(200, html=PAGE),
    httpx.Response(200, text="It works!"),
    httpx.Response(200, content=PAGE.encode()),
    httpx.Response(200, content=b"<p>", headers={"content-type": "application/json"}),
    httpx.Response(200, content=b"{ not JSON", headers={"content-type": "text/html"}),
    httpx.Response(200),
    httpx.Response(200, json={}),
    httpx.Response(200, json="text"),
]
CUT_OFF = [
    httpx.Response(200, content=content, headers={"content-type": f"application/json{more}"})
    for content, more in [(b"", ""), (b'\n {"a', "; charset=utf-8"), (b'{"items":[', "")]
]


@pytest.fixture(params=["blocking", "asynchronous"])
def kind(request):
    return request.param


def ask(kind, answer, name, *arguments, pauses=None):
    """The result of a method; an iterator is read to its end."""
    if kind == "blocking":
        result = getattr(client_of(answer, pauses), name)(*arguments)
        return list(result) if name.startswith("iter") else result

    async def run():
        async with async_client_of(answer, pauses) as client:
            result = getattr(client, name)(*arguments)
            return [one async for one in result] if name.startswith("iter") else await result

    return asyncio.run(run())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: repr(page.text[:12]))
def test_a_page_is_no_answer_and_is_asked_for_once(kind, page):
    pauses = Pauses()
    with pytest.raises(AnswerForeign, match="no answer of a persistence service"):
        ask(kind, lambda request: page, "get_task", "t", pauses=pauses)
    assert pauses.seconds == []


@pytest.mark.parametrize("answer", CUT_OFF, ids=lambda answer: repr(answer.text))
def test_an_answer_that_is_cut_off_is_repeated(kind, answer):
    pauses = Pauses()
    with pytest.raises(AnswerBroken):
        ask(kind, lambda request: answer, "get_task", "t", pauses=pauses)
    assert len(pauses.seconds) == 10


def test_the_error_says_what_was_found_what_was_expected_and_what_to_check(kind):
    with pytest.raises(AnswerForeign) as caught:
        ask(kind, lambda request: PAGES[0], "get_task", "t")
    text = str(caught.value)
    assert text.startswith("GET http://service.test/api/v1/translation/tasks/t: no answer")
    assert "found text/html, '<!DOCTYPE html><title>Sign in" in text
    assert "expected application/json. Check the address (PERSISTENCE_URL)" in text
    assert len(text) < 600


def test_a_redirect_to_another_page_is_told_with_its_address(kind):
    away = httpx.Response(302, headers={"location": "http://login.test/?from=here"})
    with pytest.raises(ApiError, match="302.*Found, see http://login.test/") as caught:
        ask(kind, lambda request: away, "get_task", "t")
    assert caught.value.is_foreign


def test_an_export_refuses_a_page_as_a_sheet(kind, tmp_path):
    (tmp_path / "out.xlsx").write_bytes(b"old")
    pauses = Pauses()
    for target in (tmp_path / "out.xlsx", io.BytesIO()):
        with pytest.raises(AnswerForeign, match="found text/html.*Sign in.*expected .*sheet"):
            ask(kind, lambda request: PAGES[0], "export_session", "s", target, pauses=pauses)
    assert target.getvalue() == b""
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("out.xlsx", b"old")]
    assert pauses.seconds == []


def test_metrics_are_a_text_and_no_page(kind):
    with pytest.raises(AnswerForeign, match="expected text/plain"):
        ask(kind, lambda request: PAGES[0], "get_metrics")
    plain = httpx.Response(200, text="a 1\n", headers={"content-type": "text/plain; version=0.0.4"})
    assert ask(kind, lambda request: plain, "get_metrics") == "a 1\n"


LISTS = [
    {"items": 5},
    {"items": []},
    {"items": [5], "next_cursor": None},
    {"items": [], "next_cursor": 7},
]


@pytest.mark.parametrize("page", LISTS, ids=str)
def test_a_list_of_another_program_is_no_empty_list(kind, page):
    with pytest.raises(AnswerForeign):
        ask(kind, lambda request: httpx.Response(200, json=page), "iter_tasks")


RECORDS = {"items": [{"id": "1"}], "total_pages": 1, "next_cursor": None}
PARTS = [
    ("/quarantine", RECORDS),
    ("/quarantine", {"items": [{}], "total_pages": 1}),
    ("/quarantine", {"items": []}),
    ("/sessions/s", {"name": "another service"}),
    ("/restore/s", {"session": {**SESSION, "status": "new"}, "tasks": [{}]}),
    ("/progress", {"by_status": {"completed": "3"}}),
]


@pytest.mark.parametrize("path, body", PARTS, ids=str)
def test_a_part_of_another_shape_in_a_resume_or_a_finish_is_told(kind, path, body):
    client = Blocking() if kind == "blocking" else Asynchronous()
    service = FakeService()
    job = client.resume(service, SESSION, [task(1)])
    service.before = lambda request: (
        httpx.Response(200, json=body) if request.url.path.endswith(path) else None
    )
    work = (lambda: client.resume(service, SESSION)) if "restore" in path else (
        lambda: client.finish(service, job)
    )
    with pytest.raises(AnswerForeign, match="no answer of a persistence.*Check the address"):
        work()
