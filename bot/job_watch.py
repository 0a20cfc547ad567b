"""Jobs that were broken off: by a dead worker, by a shutdown, by a database that went away in the middle of one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import procrastinate
import psycopg
import structlog
from procrastinate import exceptions, jobs, retry
from procrastinate.job_context import JobContext
from procrastinate.worker import Worker
from sqlalchemy.exc import InterfaceError, OperationalError

log = structlog.get_logger("goodword.queue")

#: What is raised while PostgreSQL is away, by its driver, by the record's library and by the queue's.
DATABASE_AWAY = (OperationalError, InterfaceError, psycopg.OperationalError, exceptions.ConnectorException)
#: Waits before a job is done again that the database broke off, in seconds, by how often it was.
_AGAIN = (0, 1, 2, 5, 10, 30)


class AgainAfterInterruption(retry.BaseRetryStrategy):
    """A job that was broken off is done again: every step may be. All other faults are the journey's to judge."""

    def get_retry_decision(self, *, exception: BaseException, job: jobs.Job) -> retry.RetryDecision | None:
        """Again at once after a shutdown, ever later while the database is in trouble."""
        if isinstance(exception, asyncio.CancelledError):
            return retry.RetryDecision()
        if isinstance(exception, DATABASE_AWAY):
            return retry.RetryDecision(retry_in={"seconds": _AGAIN[min(job.attempts, len(_AGAIN) - 1)]})
        return None


class JobWatch:
    """Knows which jobs run in this process, and finds those that no process runs any more."""

    def __init__(self, app: procrastinate.App) -> None:
        self._manager = app.job_manager
        self._workers: dict[str, int] = {}  # by their queue
        self._running: set[int] = set()
        self._suspected: set[int] = set()

    async def watch(self, work: Callable[[], Awaitable[Any]], context: JobContext, worker: Worker) -> Any:
        """A worker middleware around every job."""
        job_id = context.job.id
        assert job_id is not None
        if worker.worker_id is not None:
            self._workers[context.job.queue] = worker.worker_id
        self._running.add(job_id)
        try:
            return await work()
        finally:
            self._running.discard(job_id)

    async def rescue(self, dead_after: float) -> int:
        """Put back the jobs whose worker has given no sign for `dead_after` seconds, and those that our own workers
        count as running since the last look although they do not; returns how many."""
        stalled = await self._manager.get_stalled_jobs(seconds_since_heartbeat=dead_after)
        # after a pause (a closed lid) our own heartbeat is old, but what runs here still runs
        found = {job.id: job for job in (*stalled, *await self._unheard()) if job.id not in self._running}
        return sum([await self._put_back(job) for job in found.values()])

    async def _unheard(self) -> list[jobs.Job]:
        """A connection that broke at the wrong moment: the job was fetched or had ended, and one side does not know."""
        ours = [
            job
            for worker in set(self._workers.values())
            for job in await self._manager.list_jobs_async(status="doing", worker_id=worker)
        ]
        idle = {job.id: job for job in ours if job.id is not None and job.id not in self._running}
        before, self._suspected = self._suspected, set(idle)
        return [job for job_id, job in idle.items() if job_id in before]

    async def _put_back(self, job: jobs.Job) -> bool:
        assert job.id is not None
        try:
            await self._manager.retry_job(job)
        except exceptions.UniqueViolation:
            # the same work waits again already (its queueing lock is taken): this copy is not needed
            await self._manager.finish_job_by_id_async(job.id, jobs.Status.ABORTED, delete_job=True)
        except exceptions.ConnectorException as error:
            if isinstance(error.__cause__, psycopg.errors.RaiseException):
                return False  # another process was faster
            raise
        log.warning("rescued", task=job.task_name, job=job.id, arguments=job.task_kwargs)
        return True


def first_line(error: BaseException) -> str:
    """What an error says, without the details that follow."""
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
