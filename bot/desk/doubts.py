"""What reviewers doubt: entries out of use until somebody has looked, and the two ways out, on the desk.

The desk has no log-in. Whoever sits at this machine may settle a doubt, as on the command line; where others can reach
the desk it only shows, and Slack, which knows who somebody is, remains.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.html_text import printable
from bot.core import Core
from bot.deciding import disputes as deciding
from bot.deciding.disputes import RETIRED, RIGHT, Settled
from bot.record import disputes, posts
from bot.record.disputes import Dispute
from bot.review import Reviewer
from bot.rules import owners
from knowledge import store
from knowledge.entries import Entry

#: Characters of a name.
LONGEST_NAME = 60


@dataclass(frozen=True)
class Post:
    """The post at which a doubt arose: masked, and where it stands."""

    text: str
    url: str | None


@dataclass(frozen=True)
class Doubted:
    """An entry and all open doubts about it, oldest first; settling one settles all. `entry` is None where it is gone;
    `owner` is what people call its owner, empty where there is none. `post` is where the first doubt arose."""

    entry_id: str
    entry: Entry | None
    owner: str
    disputes: Sequence[Dispute]
    post: Post | None

    @property
    def number(self) -> int:
        """Any of its disputes stands for all."""
        return self.disputes[0].id


class NotSettled(Exception):
    """Why a doubt was not settled, in a sentence for whoever tried, and what they typed as their name."""

    def __init__(self, sentence: str, name: str = "") -> None:
        super().__init__(sentence)
        self.name = name


async def open_ones(core: Core, connection: AsyncConnection, limit: int) -> list[Doubted]:
    """What nobody has settled yet, the longest doubted entry first."""
    found = sorted(await disputes.open_ones(connection, limit), key=lambda one: one.entry_id)
    known = {entry.id: entry for entry in await store.find(connection, ids=[one.entry_id for one in found])}
    rules = await core.journey.stand(connection)
    made = []
    for key, doubts in groupby(found, key=lambda one: one.entry_id):
        entry, all_of_it = known.get(key), tuple(doubts)
        burst = await posts.of_turn(connection, all_of_it[0].turn_id)
        post = Post("\n".join(one.masked for one in burst), burst[0].url) if burst else None
        made.append(Doubted(key, entry, owners.called(entry.owner if entry else "", rules), all_of_it, post))
    return sorted(made, key=lambda one: one.number)


async def settle(core: Core, choice: str, name: str, *, here: bool) -> Settled:
    """Settle the doubt of a button (`3:right`), in the name that somebody gives; `here`: who sits at this machine.

    Raises:
        NotSettled: it cannot be done like this.
        UnknownDispute: there is no such doubt.
    """
    who = " ".join(printable(name).split())
    if not here:
        raise NotSettled("This desk can be reached from elsewhere and asks nobody who they are.", who)
    written, _, how = choice.partition(":")
    if (found := number(written)) is None or how not in (RIGHT, RETIRED):
        raise NotSettled("The page was out of date: press one of the buttons again.", who)
    if not who:
        raise NotSettled("Say who you are: it is kept beside the entry.")
    if len(who) > LONGEST_NAME:
        raise NotSettled(f"A name can have {LONGEST_NAME} characters here.", who[:LONGEST_NAME])
    person = Reviewer(f"desk:{who}", f"{who} (at the desk)")
    return await deciding.settle(core.journey, found, how, person, checked=True)


def number(written: str) -> int | None:
    """The number of a dispute as an address or a button has it; None where it is none."""
    return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else None


async def became(connection: AsyncConnection, settled: str) -> str:
    """What became of the doubt of this number, for the page after the click; empty while it is open."""
    found = number(settled)
    dispute = await disputes.get(connection, found) if found is not None else None
    if dispute is None or dispute.settled is None:
        return ""
    entry = await store.get(connection, dispute.entry_id)
    title = (entry.title if entry else "") or dispute.entry_id
    return f"“{title}”: {deciding.SETTLED[dispute.settled]}, says {dispute.settled_by}."
