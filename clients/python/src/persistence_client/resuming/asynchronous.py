"""`resume` and `finish` for asyncio."""

from __future__ import annotations

from typing import Any, AsyncIterable, AsyncIterator, Dict, Iterable, List, Optional, Set, Union

from persistence_client.calls.answering import member, records_in
from persistence_client.errors import NotFound
from persistence_client.generated.answers import QuarantinedRecord
from persistence_client.generated.asynchronous.listing import AsyncListing
from persistence_client.generated.asynchronous.quarantine import AsyncQuarantine
from persistence_client.generated.asynchronous.reading import AsyncReading
from persistence_client.generated.asynchronous.recovery import AsyncRecovery
from persistence_client.generated.asynchronous.writing import AsyncWriting
from persistence_client.generated.records import SendableSession, SendableTask, Session, Task
from persistence_client.resuming import rules
from persistence_client.resuming.job import Finished, Resumed
from persistence_client.writing.backlog import Limits
from persistence_client.writing.asynchronous import AsyncTaskWriter

NewTasks = Union[Iterable[SendableTask], AsyncIterable[SendableTask]]


class AsyncResuming(AsyncWriting, AsyncReading, AsyncListing, AsyncRecovery, AsyncQuarantine):
    """Continuing a session where an earlier run ended."""

    async def resume(
        self,
        session: SendableSession,
        tasks: Optional[NewTasks] = None,
        *,
        reopen: bool = False,
    ) -> Resumed:
        """What is left to do for a session. It reads before it writes, so nothing is paid twice.

        An unknown session is posted, with its tasks. A session whose tasks were not all posted, as
        an earlier run ended before, is posted again: nothing of it was translated. Of an unfinished
        session the unfinished tasks are returned, those that a retry set back included. Of a
        finished one (`completed`, `failed`, `cancelled`, `skipped`) none are.

        Args:
            session: `status` may be left out; it is `processing`, and `preparing` before all tasks
                are posted.
            tasks: The tasks of a new session. Read only if they are needed, so a generator will do,
                also an asynchronous one.
                `session_id` and `status` (`pending`) may be left out. None: post them yourself.
            reopen: Work on the unfinished tasks of a finished session, too.

        Raises:
            RecordsRefused: The service refused some of the new tasks. The next run posts all again.
            SessionNotStored: The store refused the session; it is in quarantine.
            TasksNotPosted: An earlier run died before all tasks were posted, and `tasks` is None;
                or the service that was asked does not know all that were posted.
            InvalidRecord: Two tasks have the same id.
        """
        working = rules.working_session(session)
        session_id = working["session_id"]
        is_new = False
        posted: Set[str] = set()
        for _ in range(2):
            found = await self._find(session_id)
            if found is None and is_new:
                break
            may_post = tasks is not None and not is_new  # A generator is read once.
            if found is None or (found["status"] == rules.PREPARING and may_post):
                working = await self._prepare(working, tasks, posted)
                is_new = True
            elif found["status"] in rules.FINISHED and not reopen:
                quarantined = await self._quarantined_of(session_id)
                return Resumed(found, False, True, [], quarantined, working)
            resumed = await self._restore(working, is_new, reopen, posted)
            if resumed is not None:
                return resumed
        raise rules.not_stored(session_id)

    async def finish(self, job: Resumed) -> Finished:
        """Ends a run: counts the tasks and, if all are finished, posts the session as such.

        The session becomes `completed`, or `failed` if a task failed. It stays as it is while tasks
        are unfinished, missing or in quarantine, so that the next run finds it. It does so, too, if
        it is finished already, by an earlier run or by a person, and if it is `preparing`: then
        another run posts its tasks. Close the writer before.

        Raises:
            NotFound: The session was deleted meanwhile. It is not created again.
        """
        # Before and after: a record that is requeued meanwhile may be in neither of the other two.
        before = await self._quarantined_of(job.session_id)
        progress = await self.get_session_progress(job.session_id, fresh=True)
        by_status = rules.counts_in(progress)
        quarantined = rules.together(before, await self._quarantined_of(job.session_id))
        missing = rules.missing_in(job.posted, by_status, len(quarantined))
        unfinished = rules.unfinished_in(by_status) + missing
        session = rules.checked_session(job.session_id, await self.get_session(job.session_id))
        if unfinished > 0 or quarantined or session["status"] in rules.LEFT_ALONE:
            return Finished(session["status"], by_status, unfinished, quarantined)
        final = rules.final_state(by_status)
        await self._post_session({**job.working, **final})
        return Finished(final["status"], by_status, 0, [])

    async def _find(self, session_id: str) -> Optional[Session]:
        try:
            found = await self.get_session(session_id)
        except NotFound as error:
            # Posting again is right only if the service itself says that there is no session.
            if error.is_foreign:
                raise
            return None
        return rules.checked_session(session_id, found)

    async def _prepare(
        self, working: Dict[str, Any], tasks: Optional[NewTasks], posted: Set[str]
    ) -> Dict[str, Any]:
        """Posts a new session and its tasks; returns the session as it was posted last."""
        if tasks is not None:
            # The session comes first: a task that arrives before it goes to quarantine.
            await self._post_session({**working, "status": rules.PREPARING})
            async with AsyncTaskWriter(self, limits=Limits(max_records=1_000)) as writer:
                async for task in _each(tasks):
                    await writer.put(rules.new_task(working["session_id"], task, posted))
            await self._check_posted(working["session_id"], posted)
            working = {"total_tasks": len(posted), **working}
        await self._post_session(working)
        return working

    async def _restore(
        self, working: Dict[str, Any], is_new: bool, reopen: bool, posted: Set[str]
    ) -> Optional[Resumed]:
        session_id = working["session_id"]
        before = await self._quarantined_of(session_id)
        try:
            restored = await self.restore_session(session_id)
        except NotFound as error:
            if error.is_foreign:
                raise
            return None
        session = rules.checked_session(session_id, member(restored, "session", dict))
        unfinished: List[Task] = records_in(restored, "tasks", "task_id", "status")
        if not is_new:
            rules.check_prepared(session)
        quarantined = rules.together(before, await self._quarantined_of(session_id))
        tasks = rules.left_to_do(unfinished, quarantined)
        is_finished = session["status"] in rules.FINISHED
        if is_finished and not reopen:  # Somebody ended it just now.
            tasks = []
        elif is_finished and tasks:
            await self._post_session(working)
            is_finished = False
        return Resumed(session, is_new, is_finished, tasks, quarantined, working, len(posted))

    async def _check_posted(self, session_id: str, posted: Set[str]) -> None:
        """While the session is `preparing`: after an error, the next run posts all again."""
        if not posted:
            return
        try:
            progress = await self.get_session_progress(session_id, fresh=True)
        except NotFound as error:
            if error.is_foreign:
                raise
            raise rules.not_stored(session_id) from error
        by_status = rules.counts_in(progress)
        if rules.missing_in(len(posted), by_status, 0) == 0:
            return
        known = await self._quarantined_of(session_id)
        rules.check_missing(rules.missing_in(len(posted), by_status, len(known)))

    async def _quarantined_of(self, session_id: str) -> List[QuarantinedRecord]:
        return [one async for one in self.iter_quarantine() if rules.is_task_of(session_id, one)]

    async def _post_session(self, session: Dict[str, Any]) -> None:
        await self.accept_sessions([session])


async def _each(tasks: NewTasks) -> AsyncIterator[SendableTask]:
    if isinstance(tasks, AsyncIterable):
        async for task in tasks:
            yield task
    else:
        for task in tasks:
            yield task
