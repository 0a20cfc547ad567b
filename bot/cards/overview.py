"""What App Home shows of the queue: rows, not cards, so that thousands that wait cost no more than a few."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime

from bot.review import Priority
from bot.states import DECIDABLE, State

#: Turns on a page of the team's queue.
PAGE = 20
#: Turns of my own, and replies of mine that went out, that are shown. Home holds a hundred blocks, a row takes three.
MINE_SHOWN, WENT_SHOWN = 8, 10
#: Posts that the daily digest shows; more are counted. A message holds fifty blocks.
DIGEST_SHOWN = 15
#: What the team's queue can be filtered by.
FILTERS = ("lane", "channel", "language", "kind")
#: Somebody has to look at these: to decide, or because nobody can tell whether a reply went out.
WAITING = DECIDABLE | {State.UNCLEAR}


@dataclass(frozen=True)
class Look:
    """What of the team's queue somebody wants to see. An empty filter lets all through; `page` counts from 0.

    With the kind `no_reply` it shows what no reply was proposed for, which otherwise waits for nobody.
    """

    lane: str = ""
    channel: str = ""
    language: str = ""
    kind: str = ""
    page: int = 0

    @property
    def silent(self) -> bool:
        """Whether it looks at what no reply was proposed for."""
        return self.kind == "no_reply"

    def dump(self) -> str:
        """As text that a view can carry."""
        return json.dumps({key: value for key, value in asdict(self).items() if value}, separators=(",", ":"))

    @classmethod
    def load(cls, text: str) -> Look:
        """From such a text; whatever is not ours in it counts for nothing."""
        try:
            given = json.loads(text)
        except ValueError:
            return cls()
        if not isinstance(given, dict):
            return cls()
        named = {name: given[name] for name in FILTERS if isinstance(given.get(name), str)}
        page = given.get("page")
        return cls(**named, page=page if isinstance(page, int) and page > 0 else 0)


#: Nothing filtered, from the beginning.
EVERYTHING = Look()


@dataclass(frozen=True)
class Row:
    """A turn in the queue. `words` are those of its newest post, masked. `shares` is how many other turns about the
    same thing stand on its card, `holder` who has it in hand (claimed, or handed over to)."""

    turn_id: int
    version: int
    state: State
    lane: str
    kind: str
    channel: str
    author_name: str
    words: str
    url: str | None
    outcome: str
    reason: str
    confidence: float
    drafted: bool
    priority: Priority | None
    heard_at: datetime
    trouble: str = ""
    holder: str = ""
    holder_id: str = ""
    claimed_until: datetime | None = None
    snoozed_until: datetime | None = None
    shares: int = 0


@dataclass(frozen=True)
class Gone:
    """A reply that somebody approved, and how it went. `attained` is `attained`, `not_attained`, `open` or
    `unknown`."""

    turn_id: int
    version: int
    state: State
    author_name: str
    words: str
    at: datetime
    attained: str
    permalink: str | None
    trouble: str


@dataclass(frozen=True)
class Overview:
    """The queue as one person sees it. `matching` is how many turns the look lets through in all, `lanes` how many wait
    in each lane, `silent` how many posts of the last days no reply was proposed for."""

    look: Look
    mine: tuple[Row, ...]
    mine_in_all: int
    team: tuple[Row, ...]
    matching: int
    lanes: Mapping[str, int]
    languages: tuple[str, ...]
    channels: tuple[str, ...]
    went: tuple[Gone, ...]

    @property
    def waiting(self) -> int:
        """How many wait in all."""
        return sum(self.lanes.values())

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.matching // PAGE))


@dataclass(frozen=True)
class Digest:
    """What no reply was proposed for on a day: the first ones, oldest first, and how many there are `in_all`."""

    day: date
    rows: tuple[Row, ...]
    in_all: int
