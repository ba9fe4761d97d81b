"""`resume` and `finish`, by one set of tests for both clients."""

import pytest

from persistence_client import InvalidRecord, NotFound, RecordsRefused, SessionNotStored
from support.fakes import SESSION, FakeService, problem, task
from support.resuming import Asynchronous, Blocking, ids, new_tasks, posts, set_status


@pytest.fixture(params=[Blocking, Asynchronous])
def client(request):
    return request.param()


def test_an_unknown_session_is_posted_before_its_tasks(client):
    service = FakeService()
    job = client.resume(service, SESSION, new_tasks())
    assert (job.is_new, job.is_finished, ids(job)) == (True, False, ["t0", "t1", "t2"])
    assert [one.split("/")[-2] for one in posts(service)] == ["sessions", "tasks", "sessions"]
    assert service.sessions["s"] == {**SESSION, "status": "processing", "total_tasks": 3}


def test_a_second_run_gets_only_what_is_unfinished(client):
    service = FakeService()
    client.resume(service, SESSION, new_tasks())
    set_status(service, 0)
    set_status(service, 1, status="translating")
    before = len(posts(service))

    def never():
        raise AssertionError("the tasks of a known session are not read")
        yield

    job = client.resume(service, SESSION, never())
    assert (job.is_new, job.is_finished, ids(job)) == (False, False, ["t1", "t2"])
    assert len(posts(service)) == before


def test_a_run_that_died_while_it_posted_the_tasks_is_repeated(client):
    service = FakeService()
    service.sessions["s"] = {**SESSION, "status": "preparing"}
    service.tasks["t0"] = task(0)
    job = client.resume(service, SESSION, new_tasks())
    assert (job.is_new, ids(job)) == (True, ["t0", "t1", "t2"])
    assert service.sessions["s"]["status"] == "processing"


def test_refused_tasks_leave_the_session_preparing(client):
    service = FakeService()
    with pytest.raises(RecordsRefused):
        client.resume(service, SESSION, [task(0), task(1, status="Bad")])
    assert service.sessions["s"]["status"] == "preparing"


@pytest.mark.parametrize("status", ["completed", "failed", "cancelled", "skipped"])
def test_a_finished_session_has_nothing_to_do(client, status):
    service = FakeService()
    client.resume(service, SESSION, new_tasks())
    service.sessions["s"]["status"] = status
    before = len(posts(service))
    job = client.resume(service, SESSION, new_tasks())
    assert (job.is_finished, job.tasks) == (True, [])
    assert len(posts(service)) == before
    again = client.resume(service, SESSION, reopen=True)
    assert (again.is_finished, len(again.tasks)) == (False, 3)
    assert service.sessions["s"]["status"] == "processing"


def test_reopening_a_session_without_unfinished_tasks_changes_nothing(client):
    service = FakeService()
    client.resume(service, SESSION, new_tasks())
    set_status(service, 0, 1, 2)
    service.sessions["s"]["status"] = "completed"
    job = client.resume(service, SESSION, reopen=True)
    assert (job.is_finished, job.tasks) == (True, [])
    assert service.sessions["s"]["status"] == "completed"


def test_a_result_in_quarantine_is_not_paid_for_again(client):
    service = FakeService()
    client.resume(service, SESSION, new_tasks())
    service.quarantine = [
        {"id": "1", "collection": "translation_tasks", "key": "t1",
         "record": task(1, status="completed")},
        {"id": "2", "collection": "translation_tasks", "key": "t2", "record": task(2)},
        {"id": "3", "collection": "translation_tasks", "key": "t0",
         "record": task(0, session_id="other", status="completed")},
    ]
    job = client.resume(service, SESSION)
    assert ids(job) == ["t0", "t2"]
    assert [one["id"] for one in job.quarantined] == ["1", "2"]
    set_status(service, 0, 2)
    finished = client.finish(service, job)
    assert (finished.unfinished, finished.status) == (1, "processing")
    assert service.sessions["s"]["status"] == "processing"


def test_a_result_that_is_requeued_meanwhile_is_not_paid_for_again(client):
    """It leaves the quarantine after the restore, which did not have it yet."""
    service = FakeService()
    client.resume(service, SESSION, new_tasks())
    result = task(1, status="completed")
    one = {"id": "1", "collection": "translation_tasks", "key": "t1", "record": result}
    service.quarantine = [one]

    def requeue(request):
        if "restore" in request.url.path:
            service.quarantine = []

    service.before = requeue
    assert ids(client.resume(service, SESSION)) == ["t0", "t2"]


def test_a_session_without_tasks_given_is_posted_alone(client):
    service = FakeService()
    job = client.resume(service, {**SESSION, "status": "translating"})
    assert (job.is_new, job.tasks) == (True, [])
    assert service.sessions["s"]["status"] == "translating"
    assert not client.resume(service, SESSION).is_new


def test_finish_counts_and_ends_the_session(client):
    service = FakeService()
    job = client.resume(service, SESSION, new_tasks())
    assert client.finish(service, job).unfinished == 3
    assert service.sessions["s"]["status"] == "processing"
    set_status(service, 0, 1)
    set_status(service, 2, status="failed")
    finished = client.finish(service, job)
    assert (finished.status, finished.by_status) == ("failed", {"completed": 2, "failed": 1})
    assert service.sessions["s"]["failed_tasks"] == 1
    service.sessions["s"]["status"] = "processing"
    set_status(service, 2)
    assert client.finish(service, job).status == "completed"


def test_finish_leaves_what_an_earlier_run_or_a_person_ended(client):
    service = FakeService()
    client.resume(service, SESSION, new_tasks())
    job = client.resume(service, SESSION)
    set_status(service, 0, 1, 2)
    service.sessions["s"]["status"] = "cancelled"
    assert client.finish(service, job).status == "cancelled"
    job = client.resume(service, SESSION)
    assert client.finish(service, job).status == "cancelled"
    assert service.sessions["s"]["status"] == "cancelled"


def test_a_session_that_a_person_ends_while_it_is_read_stays_ended(client):
    service = FakeService()
    client.resume(service, SESSION, new_tasks())

    def cancel(request):
        if "restore" in request.url.path:
            service.sessions["s"]["status"] = "cancelled"

    service.before = cancel
    job = client.resume(service, SESSION)
    assert (job.is_finished, job.tasks) == (True, [])
    assert service.sessions["s"]["status"] == "cancelled"


def test_an_asynchronous_generator_may_give_the_tasks():
    async def given():
        for one in new_tasks():
            yield one

    job = Asynchronous().resume(FakeService(), SESSION, given())
    assert (job.is_new, ids(job)) == (True, ["t0", "t1", "t2"])


def test_a_session_that_was_deleted_meanwhile_is_not_created_again(client):
    service = FakeService()
    job = client.resume(service, SESSION, new_tasks())
    service.sessions.clear()
    with pytest.raises(NotFound):
        client.finish(service, job)
    assert service.sessions == {}


def test_a_session_that_the_store_refused_is_said_to_be(client):
    service = FakeService()
    service.sessions["s"] = {**SESSION, "status": "processing"}
    service.before = lambda request: problem(404) if "restore" in request.url.path else None
    with pytest.raises(SessionNotStored, match="quarantine"):
        client.resume(service, SESSION, new_tasks())


def test_a_session_of_a_finished_status_is_no_session_to_work_on(client):
    with pytest.raises(InvalidRecord, match="not a status of a session that is worked on"):
        client.resume(FakeService(), {**SESSION, "status": "completed"})
    with pytest.raises(InvalidRecord, match="is not 's'"):
        client.resume(FakeService(), SESSION, [task(1, session_id="other")])
