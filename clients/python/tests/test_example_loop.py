"""The loop of the example ends, and asks for no more than the service takes in one request."""

import json
import runpy
import sys

import httpx
import pytest

from support.fakes import FakeService, client_of
from support.service import ROOT

MOST_IDS = 10_000
"""The limit of `task_ids` in a retry: see docs/limits.md."""


class Failures(FakeService):
    """Lists failed tasks, and takes a retry of them that changes nothing."""

    def __init__(self, failed):
        super().__init__()
        self.failed = failed
        self.retried = []
        self.before = self.answer

    def answer(self, request):
        path = request.url.path
        for one in self.tasks.values():
            one.setdefault("retry_count", 0)
        if path.endswith("/tasks"):
            return httpx.Response(200, json={"items": self.failed, "next_cursor": None})
        if path.endswith("/retry"):
            self.retried.append(json.loads(request.content)["task_ids"])
            return httpx.Response(200, json={"retried": 0})
        if path.endswith("/export"):
            return httpx.Response(200, content=b"book", headers={"content-type": "text/csv"})
        return None


def failed_tasks(count, message):
    return [{"task_id": f"t{number}", "error_message": message} for number in range(count)]


def run_example(service, monkeypatch, tmp_path):
    example = ROOT / "examples/python/translate.py"
    monkeypatch.setattr("persistence_client.PersistenceClient", lambda: client_of(service))
    lines = tmp_path / "game.csv"
    lines.write_text("sheet_name,row_index,key,source_text\nItems,2,lamp,Lamp\n", "utf-8")
    monkeypatch.setattr(sys, "argv", ["translate.py", str(lines), str(tmp_path / "out.xlsx")])
    runpy.run_path(str(example), run_name="__main__")
    assert (tmp_path / "out.xlsx").read_bytes() == b"book"


@pytest.mark.parametrize("message", ["Rate limit", None])
def test_failed_tasks_are_set_back_in_slices_and_the_loop_ends_without_tasks(
    monkeypatch, tmp_path, capsys, message
):
    service = Failures(failed_tasks(2 * MOST_IDS + 1, message))
    run_example(service, monkeypatch, tmp_path)
    assert [len(one) for one in service.retried] == [MOST_IDS, MOST_IDS, 1]
    assert len({name for one in service.retried for name in one}) == len(service.failed)
    assert capsys.readouterr().out.count("texts to do") == 1


def test_results_that_were_refused_are_not_set_back(monkeypatch, tmp_path):
    service = Failures(failed_tasks(3, "refused: too large"))
    run_example(service, monkeypatch, tmp_path)
    assert service.retried == []
