"""`goodword knowledge learn`: ranking and encoder fitted to the team's own past, taken into use only if better."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress
from rich.table import Table

from bot import core
from bot.settings import Settings
from bot.terminal import console, errors, write_json
from knowledge.learning import EncoderTrial, Trial, encoder_trial, learn
from knowledge.learning.encoder_trial import Progress

_ROWS = (
    ("cited entry first", "hit_1"),
    ("among the first three", "hit_3"),
    ("MRR@10", "mrr_10"),
    ("Brier score (less is better)", "brier"),
    ("calibration error (less is better)", "ece"),
)


async def learn_ranking(settings: Settings, *, dry_run: bool, as_json: bool) -> None:
    """Fit, compare, write unless `dry_run`, and say what changed. Running services use it from their next search on."""
    async with core.opened(settings, errors.print) as opened:
        replica = await opened.library.replica()
        encoder_id = replica.encoder.id if replica else ""
        if replica is None:
            trial = Trial(None, "the library is empty", 0)
        else:
            current = opened.learned.read(encoder_id)
            say = (lambda _: None) if as_json else errors.print
            # no search of this process waits for it: the command has the library for itself
            trial = await asyncio.to_thread(learn, replica.pools, current, encoder_id, say)
        written = trial.model is not None and not dry_run
        if trial.model is not None and written:
            opened.learned.write(trial.model, encoder_id)
        file = opened.learned.of(encoder_id)
    if as_json:
        write_json(trial.as_json() | {"written": str(file) if written else None, "at": datetime.now(UTC).isoformat()})
        return
    _show(trial, "The new ranking is taken")
    if written:
        console.print(f"In use from the next search on: {file}", markup=False, soft_wrap=True)
        console.print(f"The one before is kept beside it; to go back to what ships, remove {file.name}.", markup=False)


async def learn_encoder(settings: Settings, *, dry_run: bool, as_json: bool) -> None:
    """Train, compare, keep unless `dry_run`, and say what changed. Used from the next start of each process on."""
    async with core.opened(settings, errors.print) as opened:
        replica = await opened.library.replica()
        with opened.tuned.training() as folder, _steps(None if as_json else errors) as hear:
            found = EncoderTrial(Trial(None, "the library is empty", 0))
            if replica is not None:
                found = await _unless_stopped(
                    partial(
                        encoder_trial.learn_encoder,
                        replica.pools,
                        replica.encoder,
                        settings.embedding_model or "",
                        folder,
                        threads=settings.threads,
                        say=(lambda _: None) if as_json else errors.print,
                    ),
                    hear,
                )
            place = None
            if found.folder is not None and not dry_run:
                place = opened.tuned.accept(found.folder, settings.embedding_model or "")
                _keep_vectors(folder / "vectors", opened.home / "vectors")
        choice = opened.tuned.choice
    if as_json:
        write_json(found.as_json() | {"written": str(place) if place else None, "at": datetime.now(UTC).isoformat()})
        return
    _show(found.trial, "The new encoder and its ranking are taken")
    if place:
        console.print(f"Kept in {place}.", markup=False, soft_wrap=True)
        console.print("Start the service again: it encodes everything anew beside the searches, then uses it.")
        back = f"To go back to the former encoder, remove {choice} and start again."
        console.print(back, markup=False, soft_wrap=True)


async def _unless_stopped(work: Callable[..., EncoderTrial], hear: Progress) -> EncoderTrial:
    """Work in a thread that ends at its next step when this is cancelled."""
    stopped = threading.Event()

    def still(what: str, done: int, total: int) -> None:
        if stopped.is_set():
            raise RuntimeError("stopped")
        hear(what, done, total)

    try:
        return await asyncio.to_thread(work, progress=still)
    except asyncio.CancelledError:
        stopped.set()
        raise


@contextmanager
def _steps(shown: Console | None) -> Iterator[Progress]:
    """A bar for each long step."""
    if shown is None:
        yield lambda what, done, total: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bars: dict[str, TaskID] = {}
    with RichProgress(*columns, console=shown, transient=True) as progress:

        def hear(what: str, done: int, total: int) -> None:
            if what not in bars:
                bars[what] = progress.add_task(what, total=total)
            progress.update(bars[what], completed=done, total=total)

        yield hear


def _keep_vectors(made: Path, kept: Path) -> None:
    """What was encoded for the comparison need not be encoded again."""
    kept.mkdir(parents=True, exist_ok=True)
    for file in made.glob("*.sqlite3"):
        file.replace(kept / file.name)


def _show(trial: Trial, taken: str) -> None:
    if trial.before and trial.after:
        table = Table(title=f"On the {trial.held_back} latest of {trial.past} past posts, which were not learned from")
        for name in ("", "before", "after", "change"):
            table.add_column(name, justify="right" if name else "left")
        for label, name in _ROWS:
            before, after = getattr(trial.before, name), getattr(trial.after, name)
            table.add_row(label, f"{before:.3f}", f"{after:.3f}", f"{after - before:+.3f}")
        console.print(table)
        console.print(f"Before: {trial.against}.", markup=False)
    verdict = taken if trial.model is not None else "Nothing changes"
    console.print(f"{verdict}: {trial.why}.", markup=False)
