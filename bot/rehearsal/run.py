"""A rehearsal from beginning to end: this file reads from top to bottom as what `goodword rehearse` does."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from pydantic import SecretStr
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from bot import core as core_module
from bot import logs
from bot.core import Core
from bot.importing import import_files
from bot.nlu.server import RasaFailed
from bot.postgres import Embedded
from bot.rehearsal import figures, gaps, report, throwaway
from bot.rehearsal.drafting import CHANNEL, draft
from bot.rehearsal.holdings import holdings
from bot.rehearsal.posts import Taken, take
from bot.rehearsal.rasa import assistant
from bot.rehearsal.report import Rehearsed
from bot.rehearsal.rows import ProposalsFile, Row, replace_text
from bot.rules.rules import Rules
from bot.settings import Settings
from bot.ticking import ticking
from knowledge.errors import BadInput

#: Posts in flight: while Rasa thinks about one, the library searches for another. Measured on two busy cores, 60 posts:
#: one at a time 19 s, two 15.5 s, four 16 to 18 s; more only wait.
AT_ONCE = 2
_ERRORS_SHOWN = 5


async def rehearse(
    settings: Settings,
    console: Console,
    knowledge: list[Path],
    posts: Path,
    out: Path,
    since: datetime | None,
    until: datetime | None,
    limit: int | None,
) -> None:
    """Draft a reply to past posts the live way, publish nothing, and write proposals.jsonl and report.html to `out`.

    Raises:
        BadInput: a file is missing or holds nothing that can be used.
        RasaFailed: Rasa keeps ending. What was drafted until then is written all the same.
    """
    logs.configure(settings.home / "logs", terminal=logging.CRITICAL)  # a failed post is a line of the report
    settings.check()
    taken = take(posts, since, until, limit)
    _ready(out)
    with ExitStack() as stack:
        place = stack.enter_context(throwaway.folder(settings.home / "rehearsal"))
        url = stack.enter_context(throwaway.database(_server(settings, console, stack)))
        own = settings.model_copy(update={"database_url": SecretStr(url)})
        tell = partial(console.print, markup=False)
        async with core_module.opened(own, tell, channels={}, throwaway=True) as core:
            await _rehearse(core, console, knowledge, taken, out, place)


async def _rehearse(core: Core, console: Console, knowledge: list[Path], taken: Taken, out: Path, place: Path) -> None:
    clock = _Clock()
    imported = await import_files(core, knowledge, console)
    held = await holdings(core, knowledge, imported.errors)
    with ticking(console, "Building the index"):
        await core.library.refresh()
    clock.took("learning")
    known = held.domains.union(core.settings.allowed_domains)
    rules = replace(Rules.of(core.settings), allowed_domains=tuple(sorted(known)))

    rows: list[Row] = []
    restarts, stopped = 0, ""
    file = ProposalsFile(out / "proposals.jsonl", [post.id for post in taken.posts])
    try:
        async with assistant(core, place, console) as ours:
            clock.took("training and starting Rasa")
            with _bar(console) as progress:
                bar = progress.add_task("drafting", total=len(taken.posts))

                def done(row: Row) -> None:
                    rows.append(row)
                    file.add(row)
                    progress.advance(bar)

                try:
                    await draft(taken.posts, ours, rules, done, AT_ONCE)
                finally:
                    restarts = ours.restarts
                    clock.took("drafting")
    except (asyncio.CancelledError, RasaFailed) as error:
        stopped = f"{error}." if isinstance(error, RasaFailed) else "The rehearsal was stopped."
        raise
    finally:
        if rows:  # also of a rehearsal that was stopped
            file.write()
            run = Rehearsed(
                brand=rules.brand,
                at=datetime.now(UTC),
                taken=taken,
                holdings=held,
                rows=tuple(sorted(rows, key=lambda row: (row.post.created, row.post.id))),
                threshold=rules.threshold,
                limit=CHANNEL.limit,
                at_once=AT_ONCE,
                seconds=clock.seconds,
                restarts=restarts,
                stopped=stopped,
            )
            await _write(core, run, out, console)


async def _write(core: Core, run: Rehearsed, out: Path, console: Console) -> None:
    lacking = gaps.unanswered(run.rows)
    subjects = [gaps.subject(row) for row in lacking]
    groups, alone = await asyncio.to_thread(lambda: gaps.group(lacking, core.encoder.encode(subjects)))
    agreement = figures.agreement(run.rows, run.holdings.ends)
    page = report.render(replace(run, gaps=tuple(groups), alone=tuple(alone), agreement=agreement))
    replace_text(out / "report.html", page)
    unreadable = [*run.taken.errors, *run.holdings.errors]
    for line in unreadable[:_ERRORS_SHOWN]:
        console.print(line, style="yellow", markup=False, highlight=False)
    if len(unreadable) > _ERRORS_SHOWN:
        console.print(f"… and {len(unreadable) - _ERRORS_SHOWN} more lines that could not be read", style="yellow")
    console.print(report.summary(run.rows), markup=False, highlight=False)
    console.print(f"The report: {out / 'report.html'}", markup=False, highlight=False, soft_wrap=True)


def _ready(out: Path) -> None:
    """Make the folder, and take out what an earlier rehearsal left: old and new must not stand side by side."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name in ("proposals.jsonl", "report.html"):
            (out / name).unlink(missing_ok=True)
    except OSError as error:
        raise BadInput(f"cannot write to {out}: {error.strerror}", hint="choose another folder with --out") from error


def _server(settings: Settings, console: Console, stack: ExitStack) -> str:
    """The PostgreSQL that the settings name, or the embedded one."""
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    embedded = Embedded(settings.home, lambda line: console.print(line, markup=False))
    stack.callback(embedded.stop)
    return embedded.start()


class _Clock:
    """How long each step took, in seconds."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._since = time.monotonic()

    def took(self, step: str) -> None:
        """The step that ends now."""
        now = time.monotonic()
        self.seconds[step] = now - self._since
        self._since = now


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
