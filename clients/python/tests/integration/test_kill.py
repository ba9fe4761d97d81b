"""The service is killed in the middle of the work; then everything stored is compared."""

import random
import threading
import time

import pytest

from persistence_client import PersistenceClient
from support.service import Service, session_of, task_of

COUNT = 150


def short(seconds):
    """The pauses of the client, cut: how long they are is tested elsewhere."""
    time.sleep(min(seconds, 0.1))


def killing(service, times):
    """Kills and restarts the service a few times, in a thread."""

    def work():
        for _ in range(times):
            time.sleep(0.3)
            service.kill()
            service.start()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


@pytest.fixture
def killed(built, tmp_path):
    service = Service(tmp_path).start()
    yield service
    service.stop()


@pytest.mark.parametrize("flush_each", [False, True])
def test_nothing_is_lost_when_the_service_is_killed(killed, flush_each):
    rng = random.Random(7)
    wanted = {}
    with PersistenceClient(killed.url, max_retries=300, sleep=short) as client:
        client.resume(session_of("kill"), [task_of("kill", number) for number in range(COUNT)])
        thread = killing(killed, times=2)
        with client.task_writer(flush_each=flush_each, max_records=20, max_age=0.05) as writer:
            written = 0
            while thread.is_alive() or written < COUNT:
                number = rng.randrange(COUNT)
                fields = {"status": rng.choice(["translating", "completed"])}
                for name in ("target_text", "context", "error_message"):
                    if rng.random() < 0.5:
                        fields[name] = rng.choice([None, f"{name} {written}"])
                writer.put(task_of("kill", number, **fields))
                wanted[number] = {**wanted.get(number, {}), **fields}
                written += 1
                time.sleep(0.002)
        thread.join()
        stored = {one["row_index"]: one for one in client.iter_tasks(session_id="kill", fresh=True)}
    assert len(stored) == COUNT
    for number in range(COUNT):
        empty = {"status": "pending", "target_text": None, "context": None, "error_message": None}
        expected = {**empty, **wanted.get(number, {})}
        assert {name: stored[number][name] for name in expected} == expected


def test_a_second_run_pays_for_nothing(killed):
    paid = []

    def run(limit):
        with PersistenceClient(killed.url) as client:
            job = client.resume(session_of("pay"), (task_of("pay", n) for n in range(60)))
            with client.task_writer(flush_each=True) as writer:
                for task in job.tasks[:limit]:
                    paid.append(task["task_id"])
                    writer.complete(task, task["source_text"].upper())
            return job, client.finish(job)

    first, ended = run(25)
    assert (first.is_new, ended.status, ended.unfinished) == (True, "processing", 35)
    killed.kill()
    killed.start()
    second, ended = run(None)
    assert (second.is_new, len(second.tasks), ended.status) == (False, 35, "completed")
    third, ended = run(None)
    assert (third.is_finished, third.tasks) == (True, [])
    assert sorted(paid) == sorted(f"pay-{number}" for number in range(60))
