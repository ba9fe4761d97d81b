import asyncio
import io

import httpx
import pytest

from persistence_client import ConnectionFailed, NotFound
from support.fakes import Pauses, async_client_of, client_of, problem


def pages(seen):
    def answer(request):
        params = dict(request.url.params)
        seen.append(params)
        start = int(params.get("cursor", "0"))
        items = [{"task_id": f"t{index}"} for index in range(start, min(start + 2, 5))]
        following = str(start + 2) if start + 2 < 5 else None
        return httpx.Response(200, json={"items": items, "next_cursor": following})

    return answer


def test_an_iterator_follows_the_cursor():
    seen = []
    tasks = list(client_of(pages(seen)).iter_tasks(status="failed", fresh=True, page_size=2))
    assert [one["task_id"] for one in tasks] == ["t0", "t1", "t2", "t3", "t4"]
    assert seen == [
        {"status": "failed", "page_size": "2", "fresh": "true"},
        {"status": "failed", "page_size": "2", "cursor": "2"},
        {"status": "failed", "page_size": "2", "cursor": "4"},
    ]


def test_an_iterator_of_asyncio_does_the_same():
    async def ask():
        async with async_client_of(pages([])) as client:
            return [one["task_id"] async for one in client.iter_tasks_of_session("s")]

    assert asyncio.run(ask()) == ["t0", "t1", "t2", "t3", "t4"]


def test_the_quarantine_is_read_by_pages_and_nothing_comes_twice():
    def answer(request):
        number = int(request.url.params.get("page", "1"))
        items = [{"id": "a"}, {"id": "b"}] if number == 1 else [{"id": "b"}, {"id": "c"}]
        return httpx.Response(200, json={"items": items, "next_cursor": None, "total_pages": 2})

    assert [one["id"] for one in client_of(answer).iter_quarantine()] == ["a", "b", "c"]


def shrinking():
    """Record `a` leaves the quarantine after the first page was read."""
    records = [{"id": name} for name in "abcde"]

    def answer(request):
        start = 2 * (int(request.url.params.get("page", "1")) - 1)
        page = {"items": records[start : start + 2], "total": len(records), "next_cursor": None}
        page["total_pages"] = (len(records) + 1) // 2
        if start == 0 and len(records) == 5:
            del records[0]
        return httpx.Response(200, json=page)

    return answer


def test_a_quarantine_that_shrinks_while_it_is_read_is_read_again():
    async def ask():
        async with async_client_of(shrinking()) as client:
            return [one["id"] async for one in client.iter_quarantine()]

    assert sorted(asyncio.run(ask())) == ["a", "b", "c", "d", "e"]
    assert sorted(one["id"] for one in client_of(shrinking()).iter_quarantine()) == [*"abcde"]


class Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that breaks off after its first part, as often as it is told to."""

    def __init__(self, fails):
        self.fails = fails

    def __iter__(self):
        yield b"first,"
        if self.fails:
            raise httpx.ReadError("broken")
        yield b"second"

    async def __aiter__(self):
        for part in self:
            yield part


def breaking(times):
    left = [times]

    def answer(request):
        left[0] -= 1
        headers = {
            "content-disposition": "attachment; filename*=UTF-8''%E8%A1%A8.xlsx",
            "content-type": "text/csv; charset=utf-8",
        }
        return httpx.Response(200, stream=Body(left[0] >= 0), headers=headers)

    return answer


def test_a_broken_export_is_repeated_and_appears_whole(tmp_path):
    target = tmp_path / "out.xlsx"
    exported = client_of(breaking(2)).export_session("s", target)
    assert target.read_bytes() == b"first,second"
    assert (exported.filename, exported.size) == ("表.xlsx", 12)
    assert [path.name for path in tmp_path.iterdir()] == ["out.xlsx"]


def test_an_export_that_fails_leaves_the_old_file_and_nothing_else(tmp_path):
    target = tmp_path / "out.xlsx"
    target.write_bytes(b"old")
    pauses = Pauses()
    with pytest.raises(ConnectionFailed, match="broken"):
        client_of(breaking(99), pauses).export_session("s", str(target))
    with pytest.raises(NotFound):
        client_of(lambda request: problem(404)).export_session("s", str(target))
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["out.xlsx"]


def test_a_file_object_gets_the_whole_content_or_nothing():
    target = io.BytesIO()
    client_of(breaking(1)).export_session("s", target, format="csv")
    assert target.getvalue() == b"first,second"

    async def ask(times, file):
        async with async_client_of(breaking(times), max_retries=1) as client:
            await client.export_session("s", file)

    other = io.BytesIO()
    with pytest.raises(ConnectionFailed):
        asyncio.run(ask(99, other))
    assert other.getvalue() == b""
    asyncio.run(ask(1, other))
    assert other.getvalue() == b"first,second"
