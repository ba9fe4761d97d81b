"""A session never ends with cells missing: `resume` and `finish` know how many were posted."""

import pytest

from persistence_client import InvalidRecord, TasksNotPosted
from support.fakes import SESSION, FakeService, problem, task
from support.resuming import Asynchronous, Blocking, ids, new_tasks, set_status


@pytest.fixture(params=[Blocking, Asynchronous])
def client(request):
    return request.param()


def test_a_session_whose_tasks_were_not_all_posted_needs_them(client):
    service = FakeService()
    service.sessions["s"] = {**SESSION, "status": "preparing"}
    service.tasks["t0"] = task(0)
    with pytest.raises(TasksNotPosted, match="Call resume with its tasks"):
        client.resume(service, SESSION)
    with pytest.raises(TasksNotPosted, match="Call resume with its tasks"):
        client.resume(service, SESSION, reopen=True)
    assert service.sessions["s"]["status"] == "preparing"


def test_finish_does_not_end_a_session_whose_tasks_another_run_posts(client):
    service = FakeService()
    job = client.resume(service, SESSION, new_tasks())
    set_status(service, 0, 1, 2)
    service.sessions["s"]["status"] = "preparing"
    assert client.finish(service, job).status == "preparing"
    assert service.sessions["s"]["status"] == "preparing"


def test_a_repeated_id_among_the_new_tasks_is_refused(client):
    service = FakeService()
    with pytest.raises(InvalidRecord, match="'t1' comes twice"):
        client.resume(service, SESSION, [task(0), task(1), task(1, row_index=9)])
    assert service.sessions["s"]["status"] == "preparing"


def lose(service, *numbers):
    """The service accepts these tasks, and does not know them: another instance has them."""

    def forget(request):
        for number in numbers:
            service.tasks.pop(f"t{number}", None)

    service.before = forget


def test_tasks_that_the_service_does_not_know_after_they_were_posted_are_missed(client):
    service = FakeService()
    lose(service, 0, 2)
    with pytest.raises(TasksNotPosted, match="does not know 2 of the tasks"):
        client.resume(service, SESSION, new_tasks())


def test_posted_tasks_that_are_finished_or_in_quarantine_are_not_missed(client):
    service = FakeService()
    lose(service, 2)
    service.quarantine = [
        {"id": "1", "collection": "translation_tasks", "key": "t2", "record": task(2)}
    ]
    job = client.resume(service, SESSION, [task(0), task(1, status="skipped"), task(2)])
    assert (ids(job), len(job.quarantined)) == (["t0"], 1)


def test_a_session_with_tasks_missing_stays_preparing_and_the_next_run_posts_all_again(client):
    service = FakeService()
    lose(service, 1)
    with pytest.raises(TasksNotPosted):
        client.resume(service, SESSION, new_tasks())
    assert service.sessions["s"]["status"] == "preparing"
    service.before = lambda request: None
    job = client.resume(service, SESSION, new_tasks())
    assert (job.is_new, sorted(ids(job))) == (True, ["t0", "t1", "t2"])
    assert service.sessions["s"]["status"] == "processing"


def test_finish_does_not_end_a_session_that_lacks_tasks_of_this_run(client):
    service = FakeService()
    job = client.resume(service, SESSION, new_tasks())
    set_status(service, 0, 1, 2)
    whole = service.tasks.pop("t1")
    finished = client.finish(service, job)
    assert (finished.status, finished.unfinished) == ("processing", 1)
    assert service.sessions["s"]["status"] == "processing"
    service.tasks["t1"] = whole
    assert client.finish(service, job).status == "completed"


def test_the_tasks_are_posted_once_although_the_session_is_not_found_at_first(client):
    """The answers come from an instance that is behind."""
    service = FakeService()
    behind = [True]

    def stale(request):
        if "/restore/" in request.url.path and behind and behind.pop():
            service.sessions["s"]["status"] = "preparing"
            return problem(404, "HTTP_404")

    service.before = stale
    job = client.resume(service, SESSION, list(new_tasks()))
    assert (job.is_new, ids(job), len(service.batches)) == (True, ["t0", "t1", "t2"], 1)


def test_a_person_who_ends_the_session_while_finish_counts_is_not_overruled(client):
    service = FakeService()
    job = client.resume(service, SESSION, new_tasks())
    set_status(service, 0, 1, 2)

    def cancel(request):
        if request.url.path.endswith(("progress", "quarantine")):
            service.sessions["s"]["status"] = "cancelled"

    service.before = cancel
    assert client.finish(service, job).status == "cancelled"
    assert service.sessions["s"]["status"] == "cancelled"


def test_finish_does_not_end_a_session_while_its_new_task_is_requeued(client):
    """The task is in quarantine before the tasks are counted, and stored after."""
    service = FakeService()
    client.resume(service, SESSION, new_tasks())
    job = client.resume(service, SESSION)
    set_status(service, 0, 1, 2)
    service.quarantine = [
        {"id": "1", "collection": "translation_tasks", "key": "t9", "record": task(9)}
    ]
    counted = []

    def requeue(request):
        if counted and request.url.path.endswith("quarantine"):
            service.quarantine = []
            service.tasks["t9"] = task(9)
        counted.extend([True] if request.url.path.endswith("progress") else [])

    service.before = requeue
    assert client.finish(service, job).status == "processing"
    assert service.sessions["s"]["status"] == "processing"
