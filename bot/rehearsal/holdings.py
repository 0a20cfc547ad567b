"""What the throwaway library holds, as far as rules and report need it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from actions.links import host
from bot.core import Core
from bot.rehearsal.figures import link_ends
from knowledge.entries import EntryKind, EntryStatus
from knowledge.errors import BadInput
from knowledge.tables import entries


@dataclass(frozen=True)
class Holdings:
    """Files by name, live entries by kind, how many carry no date, the domains of their own addresses, and a line for
    each that could not be read. `ends`: see `figures.link_ends`."""

    files: tuple[str, ...]
    kinds: dict[str, int]
    undated: int
    domains: frozenset[str] = frozenset()
    ends: dict[str, str] = field(default_factory=dict)
    errors: tuple[str, ...] = ()


async def holdings(core: Core, files: Sequence[Path], errors: Sequence[str]) -> Holdings:
    """Look at what was imported from these files.

    Raises:
        BadInput: not one entry.
    """
    columns = (entries.c.id, entries.c.kind, entries.c.url, entries.c.created_at)
    async with core.engine.connect() as connection:
        rows = (await connection.execute(select(*columns).where(entries.c.status == EntryStatus.LIVE.value))).all()
    names = tuple(path.name for path in files)
    if not rows:
        raise BadInput(
            f"there is no entry in {', '.join(names)}", hint=errors[0] if errors else "see the forms in docs/"
        )
    return Holdings(
        files=names,
        kinds=dict(Counter(row.kind for row in rows)),
        undated=sum(row.created_at is None for row in rows),
        domains=frozenset(host(row.url) for row in rows if row.url) - {""},
        ends=link_ends((row.id, row.url) for row in rows if row.kind != EntryKind.ANSWER.value),
        errors=tuple(errors),
    )
