import json
import random

import pytest

from persistence_client.errors import ConnectionFailed, InvalidRecord, Unavailable
from persistence_client.writing.backlog import Backlog, Limits, Outcome
from persistence_client.writing.delivery import batch_body
from persistence_client.writing.errors import RefusedRecord
from support.fakes import task


def backlog_of(**limits):
    return Backlog(Limits(**{"max_records": 3, "max_age": 1.0, **limits}))


def ids(batch):
    return [entry.task_id for entry in batch]


def test_a_batch_is_due_by_count_by_bytes_and_by_age():
    backlog = backlog_of()
    assert backlog.seconds_until_due(0) is None
    backlog.put(task(1), now=10)
    assert backlog.seconds_until_due(10.25) == 0.75
    assert backlog.take(10.9) == []
    backlog.put(task(2), now=10.5)
    backlog.put(task(3), now=10.5)
    assert backlog.seconds_until_due(10.5) == 0
    assert ids(backlog.take(10.5)) == ["t1", "t2", "t3"]
    backlog.settle(Outcome(), 11)
    backlog.put(task(4), now=11)
    assert ids(backlog.take(12)) == ["t4"]
    backlog.settle(Outcome(), 12)

    small = backlog_of(max_bytes=600)
    small.put(task(1, context="x" * 300), now=0)
    assert small.seconds_until_due(0) == 1.0
    small.put(task(2, context="x" * 300), now=0)
    batch = small.take(0)
    assert ids(batch) == ["t1"]
    assert len(batch_body(batch)) <= 600


def test_one_batch_is_in_flight_at_a_time():
    backlog = backlog_of()
    backlog.put(task(1), now=0)
    backlog.flush()
    batch = backlog.take(0)
    backlog.put(task(1, target_text="later"), now=0)
    backlog.flush()
    assert backlog.take(9) == []
    backlog.settle(Outcome(), 9)
    assert [entry.record["target_text"] for entry in backlog.take(9)] == ["later"]
    assert "target_text" not in batch[0].record


def test_a_task_larger_than_a_batch_is_sent_alone():
    backlog = backlog_of(max_bytes=100, max_waiting_bytes=100)
    backlog.put(task(1, context="x" * 5_000), now=0)
    assert ids(backlog.take(0)) == ["t1"]


def test_the_body_is_json_in_utf_8():
    backlog = backlog_of()
    backlog.put(task(1, context="灯笼 🏮"), now=0)
    backlog.put(task(2), now=0)
    backlog.flush()
    body = batch_body(backlog.take(0))
    assert json.loads(body) == {"tasks": [task(1, context="灯笼 🏮"), task(2)]}
    assert "灯笼".encode() in body


def test_a_later_write_replaces_only_the_members_that_it_has():
    backlog = backlog_of()
    backlog.put(task(1, context="title", target_text="a", confidence=0.5), now=0)
    backlog.put(task(1, context=None, target_text="b", status="completed"), now=5)
    backlog.flush()
    (entry,) = backlog.take(0.9)
    wanted = task(1, context=None, target_text="b", confidence=0.5, status="completed")
    assert entry.record == wanted
    assert (entry.number, entry.since) == (1, 0)


def test_a_record_that_was_put_does_not_change_with_the_dict_of_the_caller():
    backlog = backlog_of()
    own = task(1)
    backlog.put(own, now=0)
    own["status"] = "changed"
    assert backlog.records() == [task(1)]


def test_a_write_for_another_session_is_refused_while_the_first_waits_or_is_sent():
    backlog = backlog_of()
    backlog.put(task(1), now=0)
    with pytest.raises(InvalidRecord, match="unique over all sessions"):
        backlog.put(task(1, session_id="other"), now=0)
    backlog.flush()
    backlog.take(0)
    with pytest.raises(InvalidRecord, match="unique over all sessions"):
        backlog.put(task(1, session_id="other"), now=0)
    assert len(backlog) == 1


def test_what_could_not_be_sent_waits_before_what_came_later_and_is_merged_with_it():
    backlog = backlog_of()
    for number in (1, 2):
        backlog.put(task(number, target_text="old", context="c"), now=0)
    backlog.flush()
    batch = backlog.take(0)
    backlog.put(task(3), now=1)
    backlog.put(task(2, target_text="new"), now=1)
    error = ConnectionFailed("refused")
    backlog.settle(Outcome(unsent=batch, error=error), now=2)
    assert backlog.error is error
    assert backlog.seconds_until_due(2) == 1.0
    backlog.flush()
    assert [entry.record for entry in backlog.take(2)] == [
        task(1, target_text="old", context="c"),
        task(2, target_text="new", context="c"),
        task(3),
    ]


def test_pauses_grow_while_nothing_can_be_sent():
    backlog = backlog_of()
    backlog.put(task(1), now=0)
    pauses = []
    now = 1.0
    for _ in range(8):
        batch = backlog.take(now)
        backlog.settle(Outcome(unsent=batch, error=ConnectionFailed("x")), now)
        pauses.append(backlog.seconds_until_due(now))
        now += pauses[-1]
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30]


@pytest.mark.parametrize("asked, pause", [(0.5, 1.0), (60.0, 60.0), (86_400.0, 300.0)])
def test_a_pause_is_as_long_as_the_service_asks_and_300_seconds_at_most(asked, pause):
    backlog = backlog_of(max_records=1)
    backlog.put(task(1), now=0)
    error = Unavailable(503, "BUFFER_FULL", "full", retry_after=asked)
    backlog.settle(Outcome(unsent=backlog.take(0), error=error), 0)
    assert backlog.seconds_until_due(0) == pause


def test_less_than_a_batch_may_be_allowed_to_wait():
    backlog = backlog_of(max_records=100, max_waiting_records=2)
    for number in range(3):
        backlog.put(task(number), now=0)
    assert backlog.is_full()
    assert ids(backlog.take(0)) == ["t0", "t1", "t2"]


@pytest.mark.parametrize(
    "limits",
    [
        {"max_records": 0},
        {"max_records": 10_001},
        {"max_bytes": 32 * 1024 * 1024 + 1},
        {"max_age": -1},
        {"max_waiting_records": 0},
        {"max_waiting_bytes": 0},
    ],
)
def test_limits_beyond_those_of_the_service_are_refused(limits):
    with pytest.raises(ValueError):
        Limits(**limits)


def random_write(rng):
    fields = {}
    for name in ("target_text", "context", "confidence", "retry_count"):
        if rng.random() < 0.5:
            fields[name] = rng.choice([None, rng.randint(0, 9)])
    return task(rng.randint(1, 6), status=rng.choice(["pending", "completed"]), **fields)


def fold(store, records):
    for record in records:
        store[record["task_id"]] = {**store.get(record["task_id"], {}), **record}


@pytest.mark.parametrize("seed", range(300))
def test_random_histories_end_as_the_fold_of_what_was_put(seed):
    """Puts, flushes, batches that are accepted, lost before or after, and refused in part."""
    rng = random.Random(seed)
    backlog = backlog_of(max_records=rng.randint(1, 4), max_waiting_records=rng.choice([1, 4, 50]))
    wanted, stored, batch, now = {}, {}, [], 0.0
    for step in range(200):
        now += rng.random()
        action = rng.random()
        if action < 0.5:
            record = random_write(rng)
            backlog.put(record, now)
            fold(wanted, [record])
        elif action < 0.6:
            backlog.flush()
        elif batch:
            lost_before = rng.random() < 0.2
            if not lost_before:
                fold(stored, [entry.record for entry in batch])
            cut = rng.randint(0, len(batch)) if lost_before or rng.random() < 0.3 else len(batch)
            if lost_before:
                cut = 0
            error = ConnectionFailed("x") if cut < len(batch) else None
            backlog.settle(Outcome(unsent=batch[cut:], error=error), now)
            batch = []
        else:
            batch = backlog.take(now)
        assert not batch or backlog.in_flight() == batch
        # While it is not empty, a batch is in flight or a time is set for the next one.
        assert len(backlog) == 0 or batch or backlog.seconds_until_due(now) is not None
        assert backlog._bytes == sum(len(entry.body) for entry in backlog._entries())
    if batch:
        fold(stored, [entry.record for entry in batch])
        backlog.settle(Outcome(), now)
    while len(backlog):
        backlog.flush()
        fold(stored, [entry.record for entry in backlog.take(now)])
        backlog.settle(Outcome(), now)
    assert stored == wanted


def test_refused_records_are_told_once_and_by_task():
    backlog = backlog_of()
    for number in (1, 2):
        backlog.put(task(number), now=0)
    backlog.flush()
    refused = [RefusedRecord(entry.record, "bad") for entry in backlog.take(0)]
    backlog.settle(Outcome(refused=refused), 0)
    assert len(backlog) == 0
    assert [one.record["task_id"] for one in backlog.take_refused("t2")] == ["t2"]
    assert [one.record["task_id"] for one in backlog.take_refused()] == ["t1"]
    assert backlog.take_refused() == []
