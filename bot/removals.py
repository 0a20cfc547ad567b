"""A sync: what a source does not hold any more is retired, but never much of it by mistake."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.core import Core
from knowledge import store
from knowledge.entries import EntryStatus
from knowledge.errors import GoodwordError
from knowledge.tables import entries

if TYPE_CHECKING:
    from bot.importing import Report


class RemovalsRefused(GoodwordError):
    """A sync would have removed what may not be meant."""

    code = "removals_refused"


async def remove_missing(core: Core, seen: Mapping[str, set[str]], report: Report, *, allowed: bool) -> None:
    """Retire what these sources (by name, with the ids they hold now) brought earlier and hold no more.

    Nothing is removed, and `report.refused` says why, while something could not be read, or where it is more than the
    set share of a source and not `allowed`. What comes back to its source later is live again.
    """
    if report.errors:
        report.refused = RemovalsRefused(
            f"nothing was removed: {len(report.errors)} could not be read, so what is missing may only be unreadable",
            hint="mend what is named above and sync again",
        )
        return
    async with core.transaction() as connection:
        # what is disputed waits for its owner: gone and come back, it would be live without anybody having looked
        used = entries.c.status.not_in([EntryStatus.RETIRED.value, EntryStatus.DISPUTED.value])
        gone: list[str] = []
        for source, ids in seen.items():
            held = set(await connection.scalars(select(entries.c.id).where(entries.c.source == source, used)))
            missing = held - ids
            most = core.settings.removal_share
            if missing and not allowed and len(missing) > most * len(held):
                report.refused = RemovalsRefused(
                    f"nothing was removed: {len(missing)} of {len(held)} entries of {source} are gone from it, "
                    f"more than the {most:.0%} that may go at once",
                    hint="if that is meant, sync again with --allow-removals",
                )
                return
            gone += missing
        report.removed = await store.retire(connection, gone, by="sync", may_return=True)
