"""`goodword evaluate …`: how well knowledge is found, and how far the confidence can be trusted, on your own data."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from bot import settings
from bot.terminal import console, errors, group
from knowledge.errors import BadInput

if TYPE_CHECKING:
    from knowledge.evaluation.abstention import Abstention
    from knowledge.evaluation.comparing import Comparison
    from knowledge.evaluation.measures import Interval


class Target(StrEnum):
    """What is ranked."""

    ARTICLES = "articles"
    THREADS = "threads"


app = group("How well knowledge is found, and how far the confidence can be trusted, on your own data.")

Corpus = Annotated[list[Path] | None, typer.Option(help="the knowledge: any import format, or BEIR's corpus.jsonl")]
Past = Annotated[list[Path] | None, typer.Option(help="past threads or answers; may be given several times")]
Queries = Annotated[Path, typer.Option(help="the queries: a thread export, posts or BEIR's queries.jsonl")]
Qrels = Annotated[Path, typer.Option(help="which id is right for which query: qrels.tsv")]
Since = Annotated[datetime | None, typer.Option("--from", help="only queries from this date on")]
Until = Annotated[datetime | None, typer.Option("--to", help="only queries before this date")]
Strict = Annotated[bool, typer.Option("--strict", help="only judgements whose column `strict` is 1")]
Learn = Annotated[
    bool, typer.Option("--learn/--no-learn", help="learn from --past before the first query, or take the shipped model")
]
Out = Annotated[Path | None, typer.Option("--json", help="write all figures to this file")]


@app.command()
def retrieval(
    queries: Queries,
    qrels: Qrels,
    corpus: Corpus = None,
    past: Past = None,
    since: Since = None,
    until: Until = None,
    strict: Strict = False,
    target: Annotated[
        Target, typer.Option(help="what is ranked: the entries of --corpus, or the threads of --past")
    ] = Target.ARTICLES,
    learn: Learn = True,
    out: Out = None,
) -> None:
    """Measure how often the right entry is found, beside plain BM25 and plain dense search.

    Example: goodword evaluate retrieval --corpus articles.jsonl --queries queries.jsonl --qrels qrels.tsv
    """
    from bot.commands import evaluating

    if target is Target.THREADS and not past:
        raise BadInput("there is no thread to rank", hint="name the past threads with --past")
    ranked = [] if target is Target.THREADS else _named(corpus)
    files = evaluating.Files(ranked, past or [], queries, qrels)
    asking = evaluating.Asking(_utc(since), _utc(until), strict, learn)
    found, notes = evaluating.retrieval(settings.load(), errors, files, asking, target is Target.THREADS)
    if out:
        _write(out, {**found.as_json(), "model": notes.model, "left_out": notes.counts})
    _show(found)
    notes.show(errors)


@app.command()
def abstention(
    queries: Queries,
    qrels: Qrels,
    corpus: Corpus = None,
    past: Past = None,
    others: Annotated[Path | None, typer.Option(help="queries of another domain, which nothing here answers")] = None,
    since: Since = None,
    until: Until = None,
    strict: Strict = False,
    plot: Annotated[Path, typer.Option(help="the file for the plot: .png, .svg or .pdf")] = Path("abstention.png"),
    learn: Learn = True,
    out: Out = None,
) -> None:
    """Measure how far the confidence can be trusted, and what each threshold would answer and get wrong.

    Example: goodword evaluate abstention --corpus articles.jsonl --queries queries.jsonl --qrels qrels.tsv
    """
    from bot.commands import evaluating, evaluation_plots

    files = evaluating.Files(_named(corpus), past or [], queries, qrels)
    asking = evaluating.Asking(_utc(since), _utc(until), strict, learn)
    found, notes = evaluating.confidence(settings.load(), errors, files, asking, others)
    if out:
        _write(out, {**found.as_json(), "model": notes.model, "left_out": notes.counts})
    evaluation_plots.draw(found, plot)
    _show_confidence(found)
    console.print(f"The plot is in {plot}", markup=False, highlight=False)
    notes.show(errors)


def _named(corpus: list[Path] | None) -> list[Path]:
    if not corpus:
        raise BadInput("there is nothing to rank", hint="name the knowledge with --corpus")
    return corpus


def _show(found: Comparison) -> None:
    names = list(next(iter(found.systems.values())))
    # eighty columns are enough: figures without their leading zero, an interval below its mean
    title = f"{found.n} queries; below each figure its 95 % bootstrap interval"
    table = Table(title=title, title_justify="left", box=None, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("", no_wrap=True)
    for name in names:
        table.add_column(name, justify="right", no_wrap=True)
    for system, row in found.systems.items():
        table.add_row(system, *(_cell(row[name], ".3f", "-") for name in names))
    for other, row in found.paired.items():
        table.add_row(f"less {other}", *(_cell(row[name], "+.3f", "") for name in names))
    console.print(table)


def _cell(found: Interval, form: str, between: str) -> str:
    value, low, high = (f"{number:{form}}".replace("0.", ".", 1) for number in (found.value, found.low, found.high))
    return f"{value}\n{low}{between}{high}"


def _show_confidence(found: Abstention) -> None:
    from knowledge.evaluation.reliability import at_coverage

    trust = found.reliability
    slope = "-" if trust.slope is None else f"{trust.slope:.2f}, intercept {trust.intercept:+.2f}"
    console.print(
        f"{trust.n} queries: {trust.accuracy:.1%} have a judged entry among the first three; mean confidence "
        f"{trust.confidence:.1%}\nreliability slope {slope}; Brier score {trust.brier:.3f} (always saying the mean: "
        f"{trust.brier_base:.3f}); calibration error {trust.error:.3f} in {len(trust.bins)} bins",
        highlight=False,
    )
    areas = Table(title="How well it tells queries apart (AUROC; 0.5 is chance)", title_justify="left")
    for name in ("", "confidence", "plain cosine", "difference"):
        areas.add_column(name, justify="left" if not name else "right")
    for name, row in found.separations.items():
        cells = (row[score] for score in ("confidence", "cosine", "difference"))
        areas.add_row(name, *(f"{cell.value:.3f} [{cell.low:.3f}, {cell.high:.3f}]" for cell in cells))
    console.print(areas)
    choices = Table(title="What a threshold does", title_justify="left")
    for name in ("answered", "threshold", "wrong among these"):
        choices.add_column(name, justify="right")
    for tenth in range(1, 11):
        point = at_coverage(found.curve, tenth / 10)
        choices.add_row(f"{point.coverage:.0%}", f"{point.threshold:.2f}", f"{point.risk:.1%}")
    console.print(choices)


def _write(path: Path, value: dict[str, Any]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}", hint="choose another place") from None


def _utc(when: datetime | None) -> datetime | None:
    return when.replace(tzinfo=UTC) if when and when.tzinfo is None else when
