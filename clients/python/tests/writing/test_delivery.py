import random

import pytest

from persistence_client.errors import ApiError, ConnectionFailed, class_for
from persistence_client.writing.backlog import Backlog, Limits
from persistence_client.writing.delivery import deliver
from support.fakes import task


def entries(count):
    backlog = Backlog(Limits(max_records=count))
    for number in range(count):
        backlog.put(task(number), now=0)
    backlog.flush()
    return backlog.take(0)


def run(count, reply):
    """Drives a delivery; returns the outcome, the ids that were accepted, and the batches."""
    delivery, accepted, batches = deliver(entries(count)), [], []
    part = next(delivery)
    while True:
        sent = [entry.task_id for entry in part]
        batches.append(sent)
        answer = reply(sent)
        if not isinstance(answer, Exception):
            accepted += sent
        try:
            part = delivery.send(answer)
        except StopIteration as stop:
            return stop.value, accepted, batches


def refusal(status, paths=()):
    faults = [{"path": path, "message": "is bad"} for path in paths]
    return class_for(status)(status, "CODE", "the reason", errors=faults)


def refused_ids(outcome):
    return [one.record["task_id"] for one in outcome.refused]


def test_records_that_a_refusal_names_are_taken_out_and_the_others_sent():
    def reply(sent):
        bad = [f"tasks[{sent.index(one)}].status" for one in ("t1", "t3") if one in sent]
        return refusal(422, bad) if bad else {}

    outcome, accepted, batches = run(5, reply)
    assert refused_ids(outcome) == ["t1", "t3"]
    assert outcome.refused[0].reason == "status: is bad"
    assert outcome.refused[0].error.status == 422
    assert accepted == ["t0", "t2", "t4"]
    assert len(batches) == 2


@pytest.mark.parametrize("batch", ["tasks", ""])
def test_a_path_names_the_record_with_or_without_the_name_of_the_batch(batch):
    def reply(sent):
        path = f"{batch}[{sent.index('t2')}].session_id" if "t2" in sent else None
        return refusal(409, [path]) if path else {}

    outcome, accepted, _ = run(3, reply)
    assert (refused_ids(outcome), accepted) == (["t2"], ["t0", "t1"])


def test_a_refusal_that_names_no_record_is_narrowed_down_by_halves():
    outcome, accepted, batches = run(
        64, lambda sent: refusal(413) if {"t7", "t40"} & set(sent) else {}
    )
    assert refused_ids(outcome) == ["t7", "t40"]
    assert outcome.refused[0].reason == "the reason"
    assert len(accepted) == 62
    assert len(batches) <= 27


@pytest.mark.parametrize("status", [401, 403, 404, 415, 421, 503])
def test_a_refusal_of_the_request_itself_refuses_no_record(status):
    outcome, accepted, batches = run(4, lambda sent: refusal(status))
    assert isinstance(outcome.error, ApiError)
    assert [entry.task_id for entry in outcome.unsent] == ["t0", "t1", "t2", "t3"]
    assert (refused_ids(outcome), accepted, len(batches)) == ([], [], 1)


def test_records_in_quarantine_are_told_as_refused():
    answer = {"quarantined": [{"index": 1, "key": "t1", "reason": "MISSING_PARENT: s"}]}
    outcome, _, _ = run(2, lambda sent: answer)
    assert refused_ids(outcome) == ["t1"]
    assert outcome.refused[0].is_quarantined
    assert outcome.refused[0].reason == "MISSING_PARENT: s"


@pytest.mark.parametrize("seed", range(200))
def test_every_record_is_accepted_refused_or_unsent_exactly_once(seed):
    rng = random.Random(seed)
    count = rng.randint(1, 40)
    bad = {f"t{n}" for n in range(count) if rng.random() < 0.2}
    names = rng.random() < 0.5
    ends_after = rng.choice([1, 3, 10_000])
    calls = [0]

    def reply(sent):
        calls[0] += 1
        if calls[0] > ends_after:
            return ConnectionFailed("gone")
        found = [index for index, one in enumerate(sent) if one in bad]
        if not found:
            return {}
        return refusal(422, [f"tasks[{index}].x" for index in found[:2]] if names else [])

    outcome, accepted, _ = run(count, reply)
    unsent = [entry.task_id for entry in outcome.unsent]
    assert sorted(accepted + refused_ids(outcome) + unsent) == sorted(f"t{n}" for n in range(count))
    assert set(refused_ids(outcome)) <= bad
    assert not set(accepted) & bad
    assert bool(unsent) == (outcome.error is not None)
