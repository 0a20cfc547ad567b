"""The queue: procrastinate on the record's own database.

Three kinds of task. `advance` works on a conversation, under its lock, and is always due now. `wake` waits (a
follow-up, a backoff) without any lock, and when due only defers `advance`: a delayed task that held the lock would
block the whole conversation. `show` brings a card up to date, under a lock of its own: a slow room holds nothing up.

Two workers: a room lets one message through in a second, and whatever waits for that has a worker of its own. Drafting
and publishing go on meanwhile.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Protocol

import procrastinate
import structlog
from procrastinate import exceptions
from procrastinate.jobs import JobDeferrer
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.base import ChannelUnavailable
from bot.job_watch import DATABASE_AWAY, AgainAfterInterruption, JobWatch, first_line
from bot.nlu.assistant import AssistantUnavailable
from bot.nlu.server import RasaFailed
from bot.review import RoomUnavailable
from knowledge.errors import GoodwordError

log = structlog.get_logger("goodword.queue")

#: Seconds without a heartbeat after which a worker counts as dead, and how often we look: recovery within 60 s.
HEARTBEAT, DEAD_AFTER, RESCUE_EVERY = 5.0, 20.0, 15.0
#: Two queues: what waits for a room (cards are asked, shown, told below), and all else.
WORK, ROOMS = "default", "rooms"
#: How many tasks at once the worker of each queue does.
WORKERS = {WORK: 4, ROOMS: 4}
#: Seconds between looks for tasks whose announcement was lost, or whose time has come.
LOOK_EVERY = 1.0
#: Waits between tries while a part is away, in seconds; the last one repeats for as long as it takes.
BACKOFF = (1, 2, 5, 10, 20, 30)
#: A fault of ours is tried this often before a person is told.
FAULTS_BEFORE_TELLING = 5

UNAVAILABLE = (AssistantUnavailable, RasaFailed, RoomUnavailable, ChannelUnavailable)


class Worked(Protocol):
    """What the tasks call: the journey."""

    async def advance(self, turn_id: int) -> None:
        """Do the next step of a turn."""

    async def show(self, turn_id: int) -> None:
        """Bring the card up to date."""

    async def look(self, turn_id: int) -> None:
        """A moment has come for which somebody put a turn off, or up to which somebody had it to themselves."""

    async def tell(self, turn_id: int, what: str, number: int, to: str) -> None:
        """Tell somebody what concerns them: `what` happened is written down under `number`."""

    async def deal(self) -> int:
        """Post the cards that were held back and may be posted now; returns how many."""

    async def tell_fault(self, turn_id: int, error: Exception) -> None:
        """A step failed for a reason that waiting will not mend: show it to a person."""


class Queue:
    """Defers tasks within the caller's transaction and runs the workers."""

    def __init__(self, url: str) -> None:
        self.app = procrastinate.App(
            connector=procrastinate.PsycopgConnector(
                conninfo=url,
                max_size=8,
                kwargs={"connect_timeout": 5},
                reconnect_timeout=10.0,  # the waits between its tries double: after five minutes away they are minutes
            )
        )
        self._alive: set[str] = set()
        self._journey: Worked | None = None
        self._jobs = JobWatch(self.app)
        again = AgainAfterInterruption()
        self._advance = self.app.task(name="advance", retry=again)(self._run_advance)
        self._wake = self.app.task(name="wake", retry=again)(self._run_wake)
        self._show = self.app.task(name="show", queue=ROOMS, retry=again)(self._run_show)
        self._look = self.app.task(name="look", retry=again)(self._run_look)
        self._tell = self.app.task(name="tell", queue=ROOMS, retry=again)(self._run_tell)
        self._deal = self.app.task(name="deal", queue=ROOMS, retry=again)(self._run_deal)

    def bind(self, journey: Worked) -> None:
        """Say who does the work."""
        self._journey = journey

    # Deferring: always on the caller's connection, so that state and next task commit together.

    async def advance(self, connection: AsyncConnection, turn_id: int, lock: str, *, asks: bool = False) -> None:
        """The turn has a next step: do it as soon as nobody else works on the conversation. With `asks` the step is to
        ask in the rooms, which goes before what is told there."""
        task = self._advancing(turn_id, lock, asks, await _driver(connection))
        await _once(connection, lambda: task.defer_async(turn_id=turn_id, lock=lock, asks=asks))

    async def wake(self, connection: AsyncConnection, turn_id: int, lock: str, at: datetime, why: str) -> None:
        """Look at the turn again at a later time. Holds no lock while it waits; for each `why` one waits at most."""
        task = self._wake.configure(
            connection=await _driver(connection), schedule_at=at, queueing_lock=f"{why}-{turn_id}"
        )
        await _once(connection, lambda: task.defer_async(turn_id=turn_id, lock=lock))

    async def show(self, connection: AsyncConnection, turn_id: int, tries: int = 0) -> None:
        """Something on the card has changed."""
        task = self._show.configure(
            connection=await _driver(connection), lock=f"card-{turn_id}", queueing_lock=f"show-{turn_id}"
        )
        await _once(connection, lambda: task.defer_async(turn_id=turn_id, tries=tries))

    async def look(self, connection: AsyncConnection, turn_id: int, at: datetime) -> None:
        """Look at a waiting turn when a moment has come. Holds no lock while it waits; the turn does not move by it."""
        task = self._look.configure(
            connection=await _driver(connection), schedule_at=at, queueing_lock=f"look-{turn_id}-{at.timestamp():.3f}"
        )
        await _once(connection, lambda: task.defer_async(turn_id=turn_id))

    async def tell(self, connection: AsyncConnection, turn_id: int, what: str, number: int, to: str = "") -> None:
        """Tell a person, a channel or (empty) the room's own people something; each is told by a task of their own, so
        that one who cannot be reached keeps nobody else waiting."""
        task = self._tell.configure(connection=await _driver(connection))
        await task.defer_async(turn_id=turn_id, what=what, number=number, to=to)

    async def deal(self, connection: AsyncConnection) -> None:
        """What was held back may get its card now, not only at the next look."""
        task = self._deal.configure(connection=await _driver(connection), lock="deal", queueing_lock="deal")
        await _once(connection, lambda: task.defer_async())

    # Tasks.

    async def _run_advance(self, turn_id: int, lock: str, tries: int = 0, asks: bool = False) -> None:
        await self._with_patience(
            "advance",
            turn_id,
            tries,
            lambda: self._working().advance(turn_id),
            lambda delay: self._later("wake", delay, turn_id=turn_id, lock=lock, tries=tries + 1, asks=asks),
        )

    async def _run_show(self, turn_id: int, tries: int = 0) -> None:
        await self._with_patience(
            "show",
            turn_id,
            tries,
            lambda: self._working().show(turn_id),
            lambda delay: self._later("show", delay, turn_id=turn_id, tries=tries + 1),
        )

    async def _run_look(self, turn_id: int, tries: int = 0) -> None:
        await self._with_patience(
            "look",
            turn_id,
            tries,
            lambda: self._working().look(turn_id),
            lambda delay: self._later("look", delay, turn_id=turn_id, tries=tries + 1),
        )

    async def _run_tell(self, turn_id: int, what: str, number: int, to: str, tries: int = 0) -> None:
        said = {"what": what, "number": number, "to": to}
        again = f"tell-again-{what}-{number}-{to}"
        await self._with_patience(
            "tell",
            turn_id,
            tries,
            lambda: self._working().tell(turn_id, what, number, to),
            lambda delay: self._later("tell", delay, again, turn_id=turn_id, tries=tries + 1, **said),
        )

    async def _run_deal(self) -> None:
        await self._working().deal()

    async def _run_wake(self, turn_id: int, lock: str, tries: int = 0, asks: bool = False) -> None:
        with contextlib.suppress(exceptions.AlreadyEnqueued):
            task = self._advancing(turn_id, lock, asks)
            await task.defer_async(turn_id=turn_id, lock=lock, tries=tries, asks=asks)

    def _advancing(self, turn_id: int, lock: str, asks: bool, connection: Any = None) -> JobDeferrer:
        return self._advance.configure(
            connection=connection,
            queue=ROOMS if asks else WORK,
            priority=1 if asks else 0,
            lock=lock,
            queueing_lock=f"advance-{turn_id}",
        )

    async def _with_patience(
        self,
        what: str,
        turn_id: int,
        tries: int,
        work: Callable[[], Awaitable[None]],
        later: Callable[[float], Awaitable[None]],
    ) -> None:
        """Work; where a part is away, try again later for as long as it takes; where it is our fault, tell somebody."""
        try:
            await work()
        except DATABASE_AWAY:
            raise  # nothing can be deferred now: the job itself is done again
        except UNAVAILABLE as error:
            delay = getattr(error, "retry_after", None) or float(BACKOFF[min(tries, len(BACKOFF) - 1)])
            log.warning("waiting", task=what, turn=turn_id, why=str(error), code=error.code, seconds=delay)
            await later(delay)
        except Exception as error:
            log.exception("failed", task=what, turn=turn_id, tries=tries)
            if tries + 1 >= FAULTS_BEFORE_TELLING or isinstance(error, GoodwordError):
                await self._working().tell_fault(turn_id, error)
            else:
                await later(float(BACKOFF[min(tries, len(BACKOFF) - 1)]))

    async def _later(self, name: str, delay: float, once: str = "", *, turn_id: int, **arguments: Any) -> None:
        # One try waits at most: whoever looks at a standing turn meanwhile begins no second row of tries.
        task = self.app.configure_task(
            name, schedule_in={"milliseconds": int(delay * 1000)}, queueing_lock=once or f"{name}-again-{turn_id}"
        )
        with contextlib.suppress(exceptions.AlreadyEnqueued):
            await task.defer_async(turn_id=turn_id, **arguments)

    def _working(self) -> Worked:
        if self._journey is None:
            raise RuntimeError("the queue was started before it was bound to a journey")
        return self._journey

    # Workers.

    @property
    def alive(self) -> bool:
        """Whether every worker is at work."""
        return self._alive == WORKERS.keys()

    async def work(self) -> None:
        """Run the workers until cancelled."""
        async with asyncio.TaskGroup() as group:
            for queue, concurrency in WORKERS.items():
                group.create_task(self._work(queue, concurrency))

    async def _work(self, queue: str, concurrency: int) -> None:
        """A worker that ends by itself (paused too long, database away) starts anew."""
        while True:
            try:
                self._alive.add(queue)
                await self.app.run_worker_async(
                    queues=[queue],
                    concurrency=concurrency,
                    fetch_job_polling_interval=LOOK_EVERY,
                    abort_job_polling_interval=5.0,
                    update_heartbeat_interval=HEARTBEAT,
                    stalled_worker_timeout=DEAD_AFTER,
                    shutdown_graceful_timeout=5.0,
                    install_signal_handlers=False,
                    delete_jobs="successful",
                    worker_middleware=[self._jobs.watch],
                )
            except Exception as error:  # whatever it was, somebody has to work
                log.warning("worker lost its database", queue=queue, why=first_line(error))
            finally:
                self._alive.discard(queue)
            log.warning("worker ended, starting anew", queue=queue)
            await asyncio.sleep(1.0)

    async def rescue(self) -> int:
        """Put the jobs of dead workers back; returns how many. procrastinate only reports them."""
        return await self._jobs.rescue(DEAD_AFTER)

    async def hurry(self) -> None:
        """A part has come back: whoever waits to try again does so now."""
        await self.app.connector.execute_query_async(
            "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo' AND queueing_lock LIKE %(again)s",
            again="%-again-%",
        )

    async def keep_rescuing(self) -> None:
        """Look for dead workers' jobs until cancelled."""
        while True:
            await asyncio.sleep(RESCUE_EVERY)
            try:
                await self.rescue()
            except DATABASE_AWAY as error:
                log.warning("cannot look for stalled jobs", why=first_line(error))


async def _driver(connection: AsyncConnection) -> Any:
    return (await connection.get_raw_connection()).driver_connection


async def _once(connection: AsyncConnection, defer: Callable[[], Awaitable[int]]) -> None:
    """Defer unless the same task waits already; in a savepoint, because the refusal would end the transaction."""
    with contextlib.suppress(exceptions.AlreadyEnqueued):
        async with connection.begin_nested():
            await defer()
