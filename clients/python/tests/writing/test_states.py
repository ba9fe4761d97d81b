"""What `complete` and `fail` send of a task."""

import asyncio

import pytest

from persistence_client import InvalidRecord
from persistence_client.writing.states import completed, failed
from support.fakes import FakeService, async_client_of, client_of, task


@pytest.mark.parametrize("text", [None, b"un", 5, ["un"]])
def test_a_translation_that_is_no_text_is_refused_and_fail_is_named(text):
    service = FakeService()

    async def run():
        async with async_client_of(service) as client, client.task_writer() as writer:
            with pytest.raises(InvalidRecord, match=r"target_text.*use fail\(\)"):
                await writer.complete(task(1), text)

    asyncio.run(run())
    with client_of(service) as client, client.task_writer() as writer:
        with pytest.raises(InvalidRecord, match=r"task 't1'.*use fail\(\)"):
            writer.complete(task(1), text)
    assert service.tasks == {}


def test_an_empty_translation_is_one():
    assert completed(task(1), "", {})["target_text"] == ""


def message_of(error):
    return failed(task(1), error, {})["error_message"]


def test_the_text_of_an_error_is_sent_without_what_the_service_refuses():
    assert message_of(ValueError("a\x00b\ud800c")) == "a\ufffdb\ufffdc"
    assert message_of(ValueError("灯笼 🏮")) == "灯笼 🏮"
    assert message_of(ValueError()) == "ValueError()"


@pytest.mark.parametrize("letter", ["x", "é", "界", "🏮"])
def test_the_text_of_an_error_is_cut_at_a_whole_character(letter):
    text = message_of(letter * 1_100_000)
    assert 1024 * 1024 - 4 <= len(text.encode("utf-8")) <= 1024 * 1024
    assert set(text) == {letter, "…"}
    whole = "x" * 1024 * 1024
    assert message_of(whole) == whole
