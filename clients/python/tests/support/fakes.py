"""A service in memory behind `httpx.MockTransport`, and a clock that does not wait."""

from __future__ import annotations

import json
import re
from typing import Any, Callable, Dict, List, Optional
from urllib.parse import unquote

import httpx

from persistence_client import AsyncPersistenceClient, PersistenceClient

URL = "http://service.test"
API = "/api/v1/translation"
Answer = Callable[[httpx.Request], httpx.Response]


class Pauses:
    """Notes the pauses instead of waiting."""

    def __init__(self) -> None:
        self.seconds: List[float] = []

    def sleep(self, seconds: float) -> None:
        self.seconds.append(seconds)

    async def asleep(self, seconds: float) -> None:
        self.seconds.append(seconds)


def _fresh(answer: Answer) -> Answer:
    """A response of httpx serves one client once; tests name one for several."""

    def handler(request: httpx.Request) -> httpx.Response:
        response = answer(request)
        if not hasattr(response, "_content"):
            return response
        headers = {key: value for key, value in response.headers.items() if key != "content-length"}
        return httpx.Response(response.status_code, headers=headers, content=response.content)

    return handler


def client_of(answer: Answer, pauses: Optional[Pauses] = None, **options: Any) -> PersistenceClient:
    pauses = pauses or Pauses()
    return PersistenceClient(
        URL, transport=httpx.MockTransport(_fresh(answer)), sleep=pauses.sleep, **options
    )


def async_client_of(
    answer: Answer, pauses: Optional[Pauses] = None, **options: Any
) -> AsyncPersistenceClient:
    pauses = pauses or Pauses()
    transport = httpx.MockTransport(_fresh(answer))
    return AsyncPersistenceClient(URL, transport=transport, sleep=pauses.asleep, **options)


def problem(status: int, code: str = "ERROR", headers: Any = None, **more: Any) -> httpx.Response:
    body = {"status": status, "error_code": code, "detail": f"detail of {code}", **more}
    return httpx.Response(status, json=body, headers=headers)


def task(number: int, **fields: Any) -> Dict[str, Any]:
    return {
        "task_id": f"t{number}",
        "session_id": "s",
        "batch_id": "b",
        "sheet_name": "Sheet",
        "row_index": number,
        "column_name": "fr",
        "source_text": f"line {number}",
        "status": "pending",
        **fields,
    }


SESSION: Dict[str, Any] = {
    "session_id": "s",
    "filename": "a.xlsx",
    "file_path": "/a.xlsx",
    "llm_provider": "model",
}


class FakeService:
    """Keeps records and merges writes as the API says. `before` may answer in its place."""

    def __init__(self) -> None:
        self.sessions: Dict[str, Dict[str, Any]] = {}
        self.tasks: Dict[str, Dict[str, Any]] = {}
        self.quarantine: List[Dict[str, Any]] = []
        self.batches: List[List[Dict[str, Any]]] = []
        self.requests: List[str] = []
        self.before: Callable[[httpx.Request], Optional[httpx.Response]] = lambda request: None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.requests.append(f"{request.method} {path}")
        answer = self.before(request)
        if answer is not None:
            return answer
        if path == f"{API}/tasks/batch":
            return self._accept("tasks", self.tasks, "task_id", request)
        if path == f"{API}/sessions/batch":
            return self._accept("sessions", self.sessions, "session_id", request)
        if path == f"{API}/quarantine":
            page = {"items": self.quarantine, "total_pages": 1, "next_cursor": None}
            return httpx.Response(200, json=page)
        return self._read(unquote(path))

    def _accept(self, name: str, store: Any, key: str, request: httpx.Request) -> httpx.Response:
        records = json.loads(request.content)[name]
        faults = [
            {"path": f"{name}[{index}].status", "message": "bad", "value": record.get("status")}
            for index, record in enumerate(records)
            if not re.fullmatch("[a-z][a-z0-9_]*", str(record.get("status")))
        ]
        if faults:
            return problem(422, "VALIDATION_ERROR", errors=faults[:100])
        for record in records:
            store[record[key]] = {**store.get(record[key], {}), **record}
        if name == "tasks":
            self.batches.append(records)
        return httpx.Response(200, json={"status": "accepted", "count": len(records)})

    def _read(self, path: str) -> httpx.Response:
        session_id = path.split("/")[-2 if path.endswith("progress") else -1]
        session = self.sessions.get(session_id)
        if session is None:
            return problem(404, "HTTP_404")
        own = [one for one in self.tasks.values() if one["session_id"] == session_id]
        if path.endswith("progress"):
            counts: Dict[str, int] = {}
            for one in own:
                counts[one["status"]] = counts.get(one["status"], 0) + 1
            return httpx.Response(200, json={"by_status": counts, "total": len(own)})
        if "/restore/" in path:
            finished = ("completed", "failed", "cancelled", "skipped")
            left = [one for one in own if one["status"] not in finished]
            return httpx.Response(200, json={"session": session, "tasks": left})
        return httpx.Response(200, json=session)
