"""Real threads for measuring: knowledge in memory, posts with the article that a helper linked. GOODWORD_DATA names the
folder that holds `thunderbird/`; vectors are kept by text hash under GOODWORD_CACHE (default `.goodword/vectors`)."""

from __future__ import annotations

import csv
import gzip
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from knowledge.encoder import Encoder
from knowledge.entries import Entry, EntryKind
from knowledge.masking import mask
from knowledge.passages import cut
from knowledge.pools import Pools, Vector
from knowledge.reading import read
from knowledge.results import Query


@dataclass(frozen=True)
class Post:
    """A post as of its own time, and the articles that helpers linked (`strict`: in their first answer)."""

    id: str
    title: str
    text: str
    created: datetime
    linked: frozenset[str]
    strict: frozenset[str]


def query_of(post: Post) -> Query:
    """The post as retrieval may see it: as of its own time, without its own thread."""
    return Query(text=post.text, title=post.title, as_of=post.created, exclude=frozenset({post.id}), limit=10)


def data() -> Path:
    """The folder of the data, from GOODWORD_DATA."""
    folder = os.environ.get("GOODWORD_DATA")
    if not folder or not Path(folder).is_dir():
        raise SystemExit("set GOODWORD_DATA to the folder that holds thunderbird/")
    return Path(folder) / "thunderbird"


def encoder() -> Encoder:
    """The default encoder with its cache."""
    return Encoder(cache=Path(os.environ.get("GOODWORD_CACHE", ".goodword/vectors")))


def knowledge(
    years: Iterable[int], coder: Encoder, until: datetime | None = None, *, only_citing: bool = False
) -> Pools:
    """All articles and the answers of these years' threads that were written before `until`, in memory. `only_citing`
    leaves out answers that cite nothing: they take no part in ranking articles, only in the confidence."""
    files = [data() / "articles.jsonl", *(data() / f"threads-{year}.jsonl.gz" for year in years)]
    entries = [item for file in files for item in read(file) if isinstance(item, Entry)]
    if until is not None:
        entries = [entry for entry in entries if entry.created_at is None or entry.created_at < until]
    if only_citing:
        entries = [entry for entry in entries if entry.kind is not EntryKind.ANSWER or entry.cites]
    pools = Pools(coder.dimension)
    fill(pools, entries, coder)
    return pools


def fill(pools: Pools, entries: list[Entry], coder: Encoder) -> None:
    """Encode entries (from the cache where it can) and put them into the pools."""
    cuts = [cut(entry) for entry in entries]
    vectors = coder.encode([passage.embedded for passages in cuts for passage in passages])
    rows = iter(vectors)
    pools.put(
        [
            (entry, [Vector(p.kind, p.path, p.text, next(rows)) for p in passages])
            for entry, passages in zip(entries, cuts, strict=True)
        ]
    )


def posts(year: int, until: datetime | None = None) -> list[Post]:
    """The posts of a year that a helper answered with a link to a known article, oldest first."""
    known = {item.id for item in read(data() / "articles.jsonl") if isinstance(item, Entry)}
    linked: dict[str, set[str]] = {}
    strict: dict[str, set[str]] = {}
    with (data() / f"qrels-articles-{year}.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["corpus-id"] in known:
                linked.setdefault(row["query-id"], set()).add(row["corpus-id"])
                if row["strict"] == "1":
                    strict.setdefault(row["query-id"], set()).add(row["corpus-id"])
    found = [_post(record, linked, strict) for record in _threads(year) if record["id"] in linked]
    return sorted((post for post in found if until is None or post.created < until), key=lambda post: post.created)


def _threads(year: int) -> Iterator[dict[str, str]]:
    with gzip.open(data() / f"threads-{year}.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _post(record: dict[str, str], linked: dict[str, set[str]], strict: dict[str, set[str]]) -> Post:
    key = record["id"]
    return Post(
        id=key,
        title=mask(record["title"]),
        text=mask(record["text"]),
        created=datetime.strptime(record["created"], "%Y-%m-%d %H:%M:%S %z"),
        linked=frozenset(linked[key]),
        strict=frozenset(strict.get(key, ())),
    )


def other_domain() -> list[str]:
    """Texts that have nothing to do with the articles: the questions of the FAQ in `stackfaq/`."""
    with (data().parent / "stackfaq" / "queries.jsonl").open(encoding="utf-8") as file:
        return [json.loads(line)["text"] for line in file]
