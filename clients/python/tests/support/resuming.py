"""Both clients for `resume` and `finish`, with one face, and what their tests share."""

from __future__ import annotations

import asyncio
from typing import Any, Dict, Iterator, List

from support.fakes import FakeService, async_client_of, client_of, task


class Blocking:
    def resume(self, service: FakeService, *args: Any, **options: Any) -> Any:
        with client_of(service) as client:
            return client.resume(*args, **options)

    def finish(self, service: FakeService, job: Any) -> Any:
        with client_of(service) as client:
            return client.finish(job)


class Asynchronous:
    def resume(self, service: FakeService, *args: Any, **options: Any) -> Any:
        async def run() -> Any:
            async with async_client_of(service) as client:
                return await client.resume(*args, **options)

        return asyncio.run(run())

    def finish(self, service: FakeService, job: Any) -> Any:
        async def run() -> Any:
            async with async_client_of(service) as client:
                return await client.finish(job)

        return asyncio.run(run())


def new_tasks(count: int = 3) -> Iterator[Dict[str, Any]]:
    for number in range(count):
        whole = task(number)
        yield {key: whole[key] for key in whole if key not in ("session_id", "status")}


def ids(job: Any) -> List[str]:
    return [one["task_id"] for one in job.tasks]


def set_status(service: FakeService, *numbers: int, status: str = "completed") -> None:
    for number in numbers:
        service.tasks[f"t{number}"]["status"] = status


def posts(service: FakeService) -> List[str]:
    return [one for one in service.requests if one.endswith("batch")]
