"""report.html: one file that a support lead can read, with nothing to load from anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.rehearsal import figures
from bot.rehearsal.figures import NOBODY_LINKED, Agreement
from bot.rehearsal.gaps import Gap
from bot.rehearsal.holdings import Holdings
from bot.rehearsal.posts import Taken, spread
from bot.rehearsal.rows import Row
from knowledge.masking import mask

_TEMPLATES = Path(__file__).parent / "templates"

DRAFTS_SHOWN = 60
GAPS_SHOWN = 25
_ALONE_SHOWN = 40

KIND_WORDS = {
    "advise": "advice drafted",
    "clarify": "question drafted",
    "acknowledge": "acknowledgement drafted",
    "hand_off": "handed to a person",
    "no_reply": "no reply needed",
    "error": "failed",
}


@dataclass(frozen=True)
class Rehearsed:
    """A rehearsal as the report tells it. `seconds` by step; `stopped` says why it ended early."""

    brand: str
    at: datetime
    taken: Taken
    holdings: Holdings
    rows: tuple[Row, ...]
    threshold: float
    limit: int
    at_once: int
    seconds: dict[str, float]
    restarts: int = 0
    stopped: str = ""
    gaps: tuple[Gap, ...] = ()
    alone: tuple[Row, ...] = ()
    agreement: Agreement = NOBODY_LINKED


def render(run: Rehearsed) -> str:
    """The whole page. Every text of others in it is masked and escaped."""
    rows = run.rows
    looked_up = figures.searched(rows)
    drafted = sorted((row for row in rows if row.drafted), key=lambda row: (-row.confidence, row.post.id))
    times = [row.ms for row in rows]
    checks = figures.checks(rows)
    return (
        _environment()
        .get_template("report.html")
        .render(
            run=run,
            taken=run.taken,
            planned=len(run.taken.posts),
            holdings=run.holdings,
            period=figures.period(rows),
            shares=figures.shares(rows),
            counts={share.name: share.count for share in figures.shares(rows)},
            drafted=len(drafted),
            looked_up=len(looked_up),
            bars=figures.histogram(looked_up),
            curve=figures.coverage_curve(looked_up),
            held=figures.held_back(rows),
            checks=[check for check in checks if check.failed],
            passed=[check.name for check in checks if not check.failed],
            sources=figures.sources(rows),
            shown=spread(drafted, DRAFTS_SHOWN),
            drawn_on=figures.drawn_on,
            gaps=run.gaps[:GAPS_SHOWN],
            alone=spread(run.alone, _ALONE_SHOWN),
            p50=figures.percentile(times, 50),
            p95=figures.percentile(times, 95),
            kinds=KIND_WORDS,
        )
    )


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "said": said,
        "href": href,
        "percent": percent,
        "day": lambda moment: f"{moment.day} {moment:%B %Y}",
        "number": lambda value: f"{value:,}",
        "took": took,
        "words": lambda name: name.replace("_", " "),
    }
    environment.globals["css"] = Markup((_TEMPLATES / "report.css").read_text())  # noqa: S704 - a file of ours
    return environment


def said(text: str, most: int = 1500) -> str:
    """A text of somebody else's, masked (once more: an error may quote a line) and cut at a word."""
    text = mask(text).strip()
    if len(text) <= most:
        return text
    return text[:most].rpartition(" ")[0].rstrip(",;:") + " …"


def href(url: str | None) -> str:
    """A web address as it is, anything else as '': it becomes a link."""
    try:
        return url if url and urlsplit(url).scheme in {"http", "https"} else ""
    except ValueError:
        return ""


def percent(part: float, whole: float = 1) -> str:
    """`43 %`; below one, and above nothing, `under 1 %`."""
    value = 100 * part / whole if whole else 0.0
    if 0 < value < 1:
        return "under 1 %"
    return f"{value:.0f} %" if value < 100 else "100 %"


def took(seconds: float) -> str:
    """`850 ms`, `1.4 s`, `12 s`, `3 min 20 s`."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{int(seconds) // 60} min {int(seconds) % 60} s"


def summary(rows: Sequence[Row]) -> str:
    """One line for the terminal."""
    drafted = sum(row.drafted for row in rows)
    parts = [f"{share.count} {KIND_WORDS[share.name]}" for share in figures.shares(rows)]
    return f"{len(rows)} posts, {percent(drafted, len(rows))} with a draft: {', '.join(parts)}"
