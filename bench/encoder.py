"""Does an encoder trained on past posts find the linked article more often? `GOODWORD_DATA=… python -m bench.encoder`.

Trains on links written before 2025 (or takes what `--keep FOLDER` holds from an earlier run), encodes all anew, and
compares, post by post, with the encoder that ships, each with a ranking learned from what was written before the first
post. Posts of the first half of 2025; `--report` takes the second half, with the encoder of January 2025 and a ranking
learned in July. `--year 2024` trains on links before 2024 and asks posts of 2024: that is where settings are chosen.
"""

from __future__ import annotations

import argparse
import time
from datetime import UTC, datetime
from pathlib import Path

from bench import posts
from bench.posts import Post, query_of
from bench.retrieval import Places, difference, line, ours, ranks
from knowledge.encoder import Encoder
from knowledge.learning import fit
from knowledge.learning.encoder_trial import lessons_of, train
from knowledge.model import RankingModel
from knowledge.passages import opening
from knowledge.searching import post_text

Figures = dict[str, tuple[Places, Places]]


def tell(what: str, done: int, total: int) -> None:
    """Print every tenth step."""
    if done % 10 == 0 or done == total:
        print(f"  {what} {done} of {total}", flush=True)


def trained(shipped: Encoder, years: tuple[int, ...], until: datetime, keep: Path) -> Path:
    """The folder of an encoder trained on links written before a moment."""
    keep.mkdir(parents=True, exist_ok=True)
    for there in keep.glob("*-tuned-*"):
        return there
    pools = posts.knowledge(years, shipped, until, only_citing=True)
    lessons = lessons_of(pools, until)
    started, spent = time.perf_counter(), time.process_time()
    made = train(pools, lessons, "", keep, 1, tell)
    wall, spent = time.perf_counter() - started, time.process_time() - spent
    print(f"trained on {len(lessons)} past posts in {wall:.0f} s, {spent:.0f} s of CPU")
    return made


def asked(coder: Encoder, years: tuple[int, ...], found: list[Post], until: datetime | None) -> Figures:
    """Places of the right article among strict and among any links, by ranking."""
    started, spent = time.perf_counter(), time.process_time()
    pools = posts.knowledge(years, coder, until, only_citing=True)
    queries = [query_of(post) for post in found]
    vectors = coder.encode([opening(post_text(query)) for query in queries])
    wall, spent = time.perf_counter() - started, time.process_time() - spent
    print(
        f"\n{coder.id}: read and encoded in {wall:.0f} s, {spent:.0f} s of CPU (vectors from the cache if it has them)"
    )
    learned = fit(pools, found[0].created, encoder_id=coder.id)
    plain = RankingModel.default().with_metric(None, "")
    figures: Figures = {}
    for name, model in (("shipped", plain), ("no metric", learned.with_metric(None, "")), ("learned", learned)):
        rank = ours(model)
        lists = [rank(pools, query, vector) for query, vector in zip(queries, vectors, strict=True)]
        strict = [row for row, post in enumerate(found) if post.strict]
        figures[name] = (
            ranks([lists[row] for row in strict], [found[row].strict for row in strict]),
            ranks(lists, [post.linked for post in found]),
        )
    return figures


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--report", action="store_true", help="posts from July 2025 on: only to confirm what stands")
    parser.add_argument("--year", type=int, default=2025, choices=(2024, 2025))
    parser.add_argument("--keep", type=Path, required=True, help="folder for the trained encoder and its vectors")
    options = parser.parse_args()
    start, border = datetime(options.year, 1, 1, tzinfo=UTC), datetime(2025, 7, 1, tzinfo=UTC)
    end = datetime(2025, 1, 1, tzinfo=UTC) if options.year == 2024 else None if options.report else border
    years = tuple(range(2023, options.year + 1))
    shipped = posts.encoder()
    folder = trained(shipped, years, start, options.keep)
    found = [post for post in posts.posts(options.year, end) if not options.report or post.created >= border]
    of_shipped = asked(shipped, years, found, end)
    of_tuned = asked(Encoder(folder, cache=options.keep / "vectors"), years, found, end)
    for column, title in enumerate(("strict", "any link")):
        print(f"\n{title}, n = {len(of_tuned['learned'][column])}\n                 hit@1  hit@3  hit@10 MRR@10")
        for name in of_tuned:
            old, new = of_shipped[name][column], of_tuned[name][column]
            print("ships ", line(name, old))
            print("tuned ", line(name, new))
            print("tuned - ships     ", difference(new, old))


if __name__ == "__main__":
    main()
