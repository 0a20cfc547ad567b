"""`goodword knowledge learn`: the ranking fitted to the team's own past, taken into use only if it is better."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from rich.table import Table

from bot import core
from bot.settings import Settings
from bot.terminal import console, errors, write_json
from knowledge.learning import Trial, learn

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
        if replica is None:
            trial = Trial(None, "the library is empty", 0)
        else:
            encoder_id = replica.encoder.id
            current = opened.learned.read(encoder_id)
            say = (lambda _: None) if as_json else errors.print
            # no search of this process waits for it: the command has the library for itself
            trial = await asyncio.to_thread(learn, replica.pools, current, encoder_id, say)
        written = trial.model is not None and not dry_run
        if trial.model is not None and written:
            opened.learned.write(trial.model)
        file = opened.learned.path
    if as_json:
        write_json(trial.as_json() | {"written": str(file) if written else None, "at": datetime.now(UTC).isoformat()})
        return
    _show(trial)
    if written:
        console.print(f"In use from the next search on: {file}", markup=False)
        console.print(f"The one before is kept beside it; to go back to what ships, remove {file.name}.", markup=False)


def _show(trial: Trial) -> None:
    if trial.before and trial.after:
        table = Table(title=f"On the {trial.held_back} latest of {trial.past} past posts, which were not learned from")
        for name in ("", "before", "after", "change"):
            table.add_column(name, justify="right" if name else "left")
        for label, name in _ROWS:
            before, after = getattr(trial.before, name), getattr(trial.after, name)
            table.add_row(label, f"{before:.3f}", f"{after:.3f}", f"{after - before:+.3f}")
        console.print(table)
        console.print(f"Before: {trial.against}.", markup=False)
    verdict = "The new ranking is taken" if trial.model is not None else "Nothing changes"
    console.print(f"{verdict}: {trial.why}.", markup=False)
