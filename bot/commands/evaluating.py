"""What `goodword evaluate` does, step by step: read, encode, rank, measure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bot.settings import Settings
from knowledge.encoder import Encoder, Vectors
from knowledge.errors import BadInput
from knowledge.evaluation.abstention import Abstention, Look, judge, look
from knowledge.evaluation.asking import Asked, between, earlier, first_asked, read_queries
from knowledge.evaluation.comparing import Comparison, compare
from knowledge.evaluation.holdings import Advance, fill, read_entries
from knowledge.evaluation.judgements import Grades, read_judgements, within
from knowledge.evaluation.systems import System, as_query, usage_systems
from knowledge.evaluation.threads import as_query as as_thread_query
from knowledge.evaluation.threads import read_threads, thread_pool, thread_systems
from knowledge.learning import fit
from knowledge.model import RankingModel
from knowledge.passages import opening
from knowledge.pools import Pools
from knowledge.results import Query
from knowledge.searching import post_text


@dataclass
class Notes:
    """What a reader of the figures should know: counts of what was left out, what the model was fitted on, and lines
    that could not be read."""

    counts: dict[str, int] = field(default_factory=dict)
    model: str = ""
    errors: list[str] = field(default_factory=list)

    def show(self, console: Console, most: int = 5) -> None:
        """For people: what is not zero."""
        if self.model:
            console.print(f"Ranking model: {self.model}", markup=False, highlight=False)
        told = [f"{count} {name}" for name, count in self.counts.items() if count]
        if told:
            console.print(", ".join(told), highlight=False)
        for line in self.errors[:most]:
            console.print(line, style="yellow", markup=False, highlight=False)
        if len(self.errors) > most:
            console.print(f"… and {len(self.errors) - most} more lines that could not be read", style="yellow")


@dataclass(frozen=True)
class Files:
    """What an evaluation reads."""

    corpus: Sequence[Path]
    past: Sequence[Path]
    queries: Path
    qrels: Path


@dataclass(frozen=True)
class Asking:
    """Only queries from `since` on and before `until` (None: no limit), and only judgements beyond doubt (`strict`);
    with a model that learned from the past before (`learn`), or the shipped one."""

    since: datetime | None = None
    until: datetime | None = None
    strict: bool = False
    learn: bool = True


class Steps:
    """Shows each step's progress on the terminal; a step that takes no time leaves no trace."""

    def __init__(self, console: Console) -> None:
        self._console = console

    @contextmanager
    def step(self, what: str, total: int | None = None) -> Iterator[Advance]:
        """A bar for the time of a step."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self._console, transient=True) as progress:
            task = progress.add_task(what, total=total)
            yield lambda count: progress.advance(task, count)


def new_encoder(settings: Settings) -> Encoder:
    """The encoder of this installation, with the vectors that other commands left in its cache."""
    return Encoder(settings.embedding_model, threads=settings.threads, cache=settings.make_home() / "vectors")


def judged_queries(files: Files, asking: Asking, entries: set[str], notes: Notes) -> tuple[list[Asked], Grades]:
    """The queries of the period that have a judgement on a known entry.

    Raises:
        BadInput: no query is left.
    """
    read = read_queries(files.queries)
    judgements = read_judgements(files.qrels, strict=asking.strict)
    asked = between(read.found, asking.since, asking.until)
    grades, _, unknown = within(
        {query: judged for query, judged in judgements.grades.items() if query in {one.id for one in asked}},
        {one.id for one in asked},
        entries,
    )
    everybody = {one.id for one in read.found}
    notes.counts |= {
        "judgements twice": judgements.duplicates,
        "queries twice": read.duplicates,
        "judgements of unknown queries": sum(len(j) for q, j in judgements.grades.items() if q not in everybody),
        "judgements of unknown ids": unknown,
    }
    notes.errors += read.errors + judgements.errors
    kept = [one for one in asked if one.id in grades]
    if not kept:
        raise BadInput(
            f"no query of {files.queries} has a judgement in {files.qrels} on an id that is ranked",
            hint="the ids of queries, judgements and corpus must be the same",
        )
    return kept, {one.id: grades[one.id] for one in kept}


@dataclass(frozen=True)
class Prepared:
    """All that is searched, all that is asked, and what is right."""

    pools: Pools
    asked: list[Asked]
    queries: list[Query]
    vectors: Vectors
    grades: Grades
    encoder: Encoder
    model: RankingModel


def prepare(settings: Settings, steps: Steps, files: Files, asking: Asking, notes: Notes) -> Prepared:
    """Read and encode everything, and learn from the past as a team would: from what was written before the first
    query. Of queries without a date nobody knows whether the past came before: nothing is learned from it.

    Raises:
        BadInput: a file is missing or holds nothing that can be used.
    """
    with steps.step("reading") as advance:
        articles, threads = read_entries(files.corpus, advance), read_entries(files.past, advance)
    notes.counts |= {"entries twice": articles.duplicates + threads.duplicates}
    notes.errors += articles.errors + threads.errors
    asked, grades = judged_queries(files, asking, set(articles.by_id), notes)
    encoder = new_encoder(settings)
    pools = Pools(encoder.dimension)
    with steps.step("encoding") as advance:
        fill(pools, list(articles.by_id.values()), earlier(threads.by_id.values(), asked), encoder, advance)
        queries = [as_query(one, pools) for one in asked]
        vectors = encoder.encode([opening(post_text(query)) for query in queries], advance)
    first = first_asked(asked)
    if asking.learn and first is not None:
        with steps.step("learning"):
            model = fit(pools, first, encoder_id=encoder.id)
    else:
        model = RankingModel.default()
    notes.model = model.fitted_on
    return Prepared(pools, asked, queries, vectors, grades, encoder, model)


def retrieval(
    settings: Settings, console: Console, files: Files, asking: Asking, threads: bool
) -> tuple[Comparison, Notes]:
    """Compare our ranking of the corpus, or of the past threads, with plain BM25 and plain dense search.

    Raises:
        BadInput: a file is missing or holds nothing that can be used.
    """
    steps, notes = Steps(console), Notes()
    if threads:
        asked, queries, vectors, grades, systems = _threads(settings, steps, files, asking, notes)
    else:
        ready = prepare(settings, steps, files, asking, notes)
        asked, queries, vectors, grades = ready.asked, ready.queries, ready.vectors, ready.grades
        systems = usage_systems(ready.pools, ready.model)
    runs: dict[str, dict[str, list[str]]] = {name: {} for name in systems}
    with steps.step("ranking", len(asked)) as advance:
        for one, query, vector in zip(asked, queries, vectors, strict=True):
            for name, rank in systems.items():
                runs[name][one.id] = rank(query, vector)
            advance(1)
    return compare(runs, grades), notes


def _threads(
    settings: Settings, steps: Steps, files: Files, asking: Asking, notes: Notes
) -> tuple[list[Asked], list[Query], Vectors, Grades, Mapping[str, System]]:
    with steps.step("reading") as advance:
        past = read_threads(files.past, advance)
    notes.counts |= {"threads twice": past.duplicates}
    notes.errors += past.errors
    asked, grades = judged_queries(files, asking, set(past.by_id), notes)
    encoder = new_encoder(settings)
    with steps.step("encoding") as advance:
        pool = thread_pool(earlier(past.by_id.values(), asked), encoder, advance)
        queries = [as_thread_query(one) for one in asked]
        vectors = encoder.encode([opening(post_text(query)) for query in queries], advance)
    return asked, queries, vectors, grades, thread_systems(pool)


def confidence(
    settings: Settings, console: Console, files: Files, asking: Asking, others: Path | None
) -> tuple[Abstention, Notes]:
    """Judge the confidence: on the queries, on the same queries with their entry taken out, and on `others`, which
    are of another domain.

    Raises:
        BadInput: a file is missing or holds nothing that can be used.
    """
    steps, notes = Steps(console), Notes()
    ready = prepare(settings, steps, files, asking, notes)
    foreign = read_queries(others).found if others else []
    foreign_queries = [as_query(one, ready.pools) for one in foreign]
    with steps.step("encoding the other queries", len(foreign)) as advance:
        foreign_vectors = ready.encoder.encode([opening(post_text(query)) for query in foreign_queries], advance)
    looks: list[Look] = []
    without: list[Look] = []
    with steps.step("searching", 2 * len(ready.asked) + len(foreign)) as advance:
        for one, query, vector in zip(ready.asked, ready.queries, ready.vectors, strict=True):
            right = frozenset(ready.grades[one.id])
            looks.append(look(ready.pools, query, vector, one.id, right, ready.model))
            taken_out = replace(query, exclude=query.exclude | right)
            without.append(look(ready.pools, taken_out, vector, one.id, frozenset(), ready.model))
            advance(2)
        strangers = []
        for one, query, vector in zip(foreign, foreign_queries, foreign_vectors, strict=True):
            strangers.append(look(ready.pools, query, vector, one.id, frozenset(), ready.model))
            advance(1)
    return judge(looks, strangers, without), notes
