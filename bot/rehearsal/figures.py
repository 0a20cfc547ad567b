"""Figures of a rehearsal: what the report shows, counted from its rows."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from actions.links import links
from actions.proposal import Check, ProposalKind, Source
from actions.reasons import SENTENCES, Reason
from bot.rehearsal.posts import spread
from bot.rehearsal.rows import FAILED, Row

KINDS = (*(kind.value for kind in ProposalKind), FAILED)
BARS = 20
_BANDS = 5

#: Reasons that a search decided, so that its confidence was compared with the threshold.
_SEARCHED = frozenset(
    {Reason.ANSWERED, Reason.TRIED_ANOTHER, Reason.MISSING_FACT, Reason.ASKED_BEFORE, Reason.KNOWN_ISSUE}
    | {Reason.NO_SOURCE, Reason.NOTHING_FITS, Reason.DID_NOT_WORK}
)
_HELD = (ProposalKind.HAND_OFF.value, ProposalKind.NO_REPLY.value, FAILED)


@dataclass(frozen=True)
class Share:
    """How many of a whole."""

    name: str
    count: int
    of: int

    @property
    def percent(self) -> float:
        """0 to 100; 0 of nothing."""
        return 100 * self.count / self.of if self.of else 0.0


@dataclass(frozen=True)
class Bar:
    """Posts with a confidence from `low` on and below `high`: with a draft, and held back."""

    low: float
    high: float
    drafted: int
    held: int


@dataclass(frozen=True)
class HeldBack:
    """A reason for which posts were not drafted, in how many cases, and some of them."""

    kind: str
    reason: str
    sentence: str
    count: int
    examples: tuple[Row, ...]


@dataclass(frozen=True)
class CheckCount:
    """A check by name: how often it was made, how often it failed, whether it blocks, and the commonest notes."""

    name: str
    failed: int
    of: int
    blocking: bool
    notes: tuple[str, ...]


@dataclass(frozen=True)
class SourceCount:
    """A source that drafts rest on, and in how many of them."""

    source: Source
    count: int


@dataclass(frozen=True)
class Band:
    """Of posts with a confidence from `low` on and below `high`: under how many a person linked a usage entry of this
    knowledge, and for how many of these the proposal names that entry."""

    low: float
    high: float
    linked: int
    named: int


@dataclass(frozen=True)
class Agreement:
    """Of posts under which a person linked a usage entry of this knowledge: how many, for how many the proposal names
    that entry among its sources, how many of them were drafted, and for how many of these the draft rests on it.
    `bands` has the first two by confidence."""

    linked: int = 0
    named: int = 0
    drafted: int = 0
    drafted_on: int = 0
    bands: tuple[Band, ...] = ()


NOBODY_LINKED = Agreement()


def period(rows: Sequence[Row]) -> tuple[datetime, datetime] | None:
    """When the first and the last post were written."""
    moments = [row.post.created for row in rows]
    return (min(moments), max(moments)) if moments else None


def shares(rows: Sequence[Row]) -> list[Share]:
    """The rows by kind, in the order in which kinds are named; kinds that do not occur are left out."""
    counted = Counter(row.kind for row in rows)
    return [Share(kind, counted[kind], len(rows)) for kind in KINDS if counted[kind]]


def searched(rows: Iterable[Row]) -> list[Row]:
    """The rows whose confidence is that of a search (silence and courtesy have the confidence of an intent)."""
    return [row for row in rows if row.reason in _SEARCHED]


def histogram(rows: Sequence[Row], bars: int = BARS) -> list[Bar]:
    """Confidence in equal steps from 0 to 1; 1 itself is in the last."""
    drafted, held = [0] * bars, [0] * bars
    for row in rows:
        (drafted if row.drafted else held)[min(bars - 1, int(row.confidence * bars))] += 1
    return [Bar(step / bars, (step + 1) / bars, drafted[step], held[step]) for step in range(bars)]


def coverage_curve(rows: Sequence[Row], steps: int = BARS) -> list[tuple[float, float]]:
    """Threshold (0 to 1) and the share of these rows (0 to 1) whose confidence reaches it."""
    confidences = [row.confidence for row in rows]
    return [
        (step / steps, sum(value >= step / steps for value in confidences) / len(confidences) if confidences else 0.0)
        for step in range(steps + 1)
    ]


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that `percent` of the values do not exceed, between neighbours by their distance; 0 of none."""
    if len(values) < 2:
        return values[0] if values else 0.0
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def held_back(rows: Sequence[Row], examples: int = 3) -> list[HeldBack]:
    """Why posts were not drafted, the commonest reason first, with examples spread over each."""
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row.kind in _HELD:
            groups[row.kind, row.reason].append(row)
    found = [
        HeldBack(kind, reason, _sentence(group[0]), len(group), tuple(spread(group, examples)))
        for (kind, reason), group in groups.items()
    ]
    return sorted(found, key=lambda held: (-held.count, held.kind, held.reason))


def checks(rows: Iterable[Row]) -> list[CheckCount]:
    """The checks of all drafts, those that failed most often first."""
    made: dict[str, list[Check]] = defaultdict(list)
    for row in rows:
        if row.proposal and row.drafted:
            for check in row.proposal.checks:
                made[check.name].append(check)
    counted = []
    for name, found in made.items():
        failed = [check for check in found if not check.ok]
        notes = Counter(check.note for check in failed if check.note)
        commonest = tuple(note for note, _ in notes.most_common(3))
        counted.append(CheckCount(name, len(failed), len(found), any(c.blocking for c in found), commonest))
    return sorted(counted, key=lambda check: (-check.failed, check.name))


def sources(rows: Iterable[Row], most: int = 15) -> list[SourceCount]:
    """The sources that the drafts' own sentences rest on, those used most often first."""
    counted: Counter[str] = Counter()
    known: dict[str, Source] = {}
    for row in rows:
        for source in drawn_on(row):
            counted[source.entry_id] += 1
            known[source.entry_id] = source
    return [SourceCount(known[key], count) for key, count in counted.most_common(most)]


def drawn_on(row: Row) -> list[Source]:
    """The sources that the first candidate rests on."""
    if row.proposal is None or not row.drafted or not row.proposal.candidates:
        return []
    used = {key for sentence in row.proposal.candidates[0].sentences for key in sentence.sources}
    return [source for source in row.proposal.sources if source.entry_id in used]


def agreement(rows: Iterable[Row], usage: dict[str, str]) -> Agreement:
    """How often the assistant took what people had linked to. `usage` maps what a link to an entry ends in (its id, the
    last part of its address) to the entry's id."""
    linked = [(row, theirs) for row in rows if (theirs := _linked(row, usage))]
    named = [row for row, theirs in linked if row.proposal and _among(row.proposal.sources, theirs)]
    bands = []
    for step in range(_BANDS):
        low, high = step / _BANDS, (step + 1) / _BANDS
        here = [row for row, _ in linked if _band(row) == step]
        bands.append(Band(low, high, len(here), sum(_band(row) == step for row in named)))
    return Agreement(
        linked=len(linked),
        named=len(named),
        drafted=sum(row.drafted for row, _ in linked),
        drafted_on=sum(_among(drawn_on(row), theirs) for row, theirs in linked),
        bands=tuple(bands),
    )


def _linked(row: Row, usage: dict[str, str]) -> set[str]:
    """The usage entries that people linked under a post."""
    return {usage[end] for answer in row.post.answers for end in map(_end, links(answer)) if end in usage}


def _among(sources: Iterable[Source], wanted: set[str]) -> bool:
    return any(source.entry_id in wanted for source in sources)


def _band(row: Row) -> int:
    return min(_BANDS - 1, int(row.confidence * _BANDS))


def link_ends(entries: Iterable[tuple[str, str | None]]) -> dict[str, str]:
    """From ids and addresses of usage entries: what a link to each may end in, and its id."""
    ends: dict[str, str] = {}
    for key, url in entries:
        ends[key.lower()] = key
        if url and (end := _end(url)):
            ends[end] = key
    return ends


def _end(url: str) -> str:
    try:
        path = urlsplit(url).path
    except ValueError:
        return ""
    return path.rstrip("/._-").rpartition("/")[2].lower()


def _sentence(row: Row) -> str:
    if row.proposal is None:
        return row.error
    return SENTENCES.get(row.reason, row.proposal.reason_text)  # type: ignore[call-overload,no-any-return]
