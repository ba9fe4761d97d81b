import asyncio
import io
import json
import zipfile
from datetime import datetime, timedelta, timezone

import pytest

from persistence_client import (
    AsyncPersistenceClient,
    Conflict,
    Forbidden,
    NotFound,
    PersistenceClient,
    RecordsRefused,
    Unauthorized,
    ValidationFailed,
)
from support.service import Service, keys_as_configured, session_of, task_of


@pytest.fixture
def client(service):
    with PersistenceClient(service.url, max_retries=2) as client:
        yield client


def test_every_operation_answers(client, tmp_path):
    assert client.accept_sessions([session_of("ops", status="processing")])["count"] == 1
    odd = task_of("ops", 2, task_id="Quests/B 4 é%2F?#", status="failed", error_message="no 1")
    assert client.accept_tasks([task_of("ops", 1), odd], ack="stored")["status"] == "stored"
    assert client.flush()["status"] == "flushed"
    assert client.get_session("ops")["filename"] == "ops.xlsx"
    assert client.get_task(odd["task_id"])["error_message"] == "no 1"
    (listed,) = client.list_sessions(filename="ops", include="progress")["items"]
    assert listed["progress"]["total"] == 2
    assert client.list_tasks(session_id="ops", text="line 1")["total"] == 1
    assert client.list_tasks_of_session("ops", status=["failed", "pending"])["total"] == 2
    assert client.get_session_progress("ops")["by_status"] == {"failed": 1, "pending": 1}
    assert client.list_failures(session_id="ops")["groups"][0]["count"] == 1
    assert client.list_incomplete_sessions()["count"] == 1
    assert client.restore_session("ops")["tasks_count"] == 1
    assert client.retry_session("ops", task_ids=[odd["task_id"]])["retried_tasks"] == 1
    assert client.get_statistics(fresh=True)["tasks"]["total"] == 2
    assert client.list_quarantine()["total"] == 0
    assert client.requeue_quarantine() == {"requeued": 0}
    with pytest.raises(NotFound):
        client.drop_quarantined("3f1b8a52-8f6d-4b7c-9a55-5f0a5b8a7d11")
    assert client.get_health()["status"] == "healthy"
    assert client.get_liveness() == {"status": "alive"}
    assert client.get_readiness()["status"] == "ready"
    assert "buffer_pending_records" in client.get_metrics()
    assert "<title>" in client.get_swagger_ui() and "<title>" in client.get_redoc()
    assert client.get_open_api_document()["openapi"] == "3.1.0"
    assert client.export_session("ops", tmp_path / "ops.xlsx").filename == "ops.xlsx"
    assert zipfile.is_zipfile(tmp_path / "ops.xlsx")
    file = io.BytesIO()
    client.export_session("ops", file, format="ndjson")
    lines = [json.loads(line) for line in file.getvalue().splitlines()]
    assert [len(lines), lines[0]["session_id"]] == [3, "ops"]
    assert client.clean_up_sessions(dry_run=True)["dry_run"] is True
    assert client.delete_session("ops")["deleted_tasks"] == 2
    with pytest.raises(NotFound):
        client.get_session("ops")


def test_iterators_give_every_record_once(client):
    client.accept_sessions([session_of(f"iter-{n}", status="done_by_me") for n in range(30)])
    client.accept_tasks([task_of("iter-0", number) for number in range(205)])
    found = [one["task_id"] for one in client.iter_tasks_of_session("iter-0", fresh=True)]
    assert sorted(found) == sorted(f"iter-0-{number}" for number in range(205))
    sessions = list(client.iter_sessions(status="done_by_me", page_size=7))
    assert len({one["session_id"] for one in sessions}) == len(sessions) == 30
    ascending = client.iter_tasks(session_id="iter-0", sort_by="row_index", order="asc")
    assert [one["row_index"] for one in ascending] == list(range(205))


def test_times_arrive_at_the_same_moment(client):
    client.accept_sessions([session_of("times", status="processing")])
    end = datetime(2026, 11, 24, 20, 5, 30, 125_000, timezone(timedelta(hours=8)))
    client.accept_tasks([task_of("times", 1, end_time=end)])
    assert client.get_task("times-1")["end_time"] == "2026-11-24T12:05:30.125Z"


def test_errors_say_what_is_wrong(client):
    with pytest.raises(ValidationFailed) as caught:
        client.accept_tasks([task_of("x", 1), task_of("x", 2, status="Done")])
    assert caught.value.error_code == "VALIDATION_ERROR"
    assert caught.value.errors[0]["path"] == "tasks[1].status"
    assert caught.value.request_id
    with pytest.raises(Conflict):
        client.accept_tasks([task_of("x", 1), task_of("y", 1, task_id="x-1")])


def test_a_writer_finds_refused_records_of_the_real_service(client):
    client.accept_sessions([session_of("refused", status="processing")])
    with pytest.raises(RecordsRefused) as caught:
        with client.task_writer(max_records=50) as writer:
            for number in range(50):
                bad = {"confidence": 7} if number in (3, 44) else {}
                writer.put(task_of("refused", number, **bad))
    assert sorted(one.record["row_index"] for one in caught.value.refused) == [3, 44]
    assert "confidence" in caught.value.refused[0].reason
    assert client.list_tasks(session_id="refused", fresh=True)["total"] == 48


def test_what_the_store_refuses_is_told_with_ack_stored(client):
    with pytest.raises(RecordsRefused, match="MISSING_PARENT") as caught:
        with client.task_writer(ack="stored") as writer:
            writer.put(task_of("nowhere", 1))
    assert caught.value.refused[0].is_quarantined
    (record,) = [one for one in client.iter_quarantine() if one["key"] == "nowhere-1"]
    client.drop_quarantined(record["id"])


def test_tasks_larger_than_a_batch_are_sent(client):
    client.accept_sessions([session_of("large", status="processing")])
    with client.task_writer(max_bytes=100_000) as writer:
        for number in range(4):
            writer.put(task_of("large", number, target_text="界" * 300_000))
    assert len(client.get_task("large-3")["target_text"]) == 300_000


def test_the_asynchronous_client_carries_a_job_too(service, tmp_path):
    async def run():
        async with AsyncPersistenceClient(service.url) as client:
            tasks = [task_of("async", number) for number in range(40)]
            job = await client.resume(session_of("async"), tasks)
            async with client.task_writer(flush_each=True) as writer:

                async def work(task):
                    await writer.complete(task, task["source_text"].upper())

                await asyncio.gather(*(work(task) for task in job.tasks))
            finished = await client.finish(job)
            again = await client.resume(session_of("async"))
            texts = [one["target_text"] async for one in client.iter_tasks(session_id="async")]
            await client.export_session("async", tmp_path / "a.csv", format="csv")
            return job, finished, again, texts

    job, finished, again, texts = asyncio.run(run())
    assert (job.is_new, len(job.tasks), finished.status) == (True, 40, "completed")
    assert (again.is_finished, again.tasks) == (True, [])
    assert sorted(texts) == sorted(f"LINE {number}" for number in range(40))


def test_keys_are_needed_where_there_are_keys(built, tmp_path, monkeypatch):
    service = Service(tmp_path, {"AUTH_API_KEYS": keys_as_configured()}).start()
    try:
        with PersistenceClient(service.url) as client:
            with pytest.raises(Unauthorized):
                client.get_statistics()
            assert client.get_health()["status"] == "healthy"
        monkeypatch.setenv("PERSISTENCE_API_KEY", "writer")
        monkeypatch.setenv("PERSISTENCE_URL", service.url)
        with PersistenceClient() as client:
            job = client.resume(session_of("keys"), [task_of("keys", 1)])
            with client.task_writer() as writer:
                writer.complete(job.tasks[0], "un")
            assert client.finish(job).status == "completed"
            with pytest.raises(Forbidden, match="admin"):
                client.delete_session("keys")
            client.with_options(api_key="boss").delete_session("keys")
    finally:
        service.stop()
