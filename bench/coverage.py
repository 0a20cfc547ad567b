"""How often a rehearsal cites the article that a helper linked: `GOODWORD_DATA=… python -m bench.coverage draw|score`.

`draw --out DIR [--half report]` writes the posts of 2025 whose first helper answer linked a known article, of the dev
half or of the report half, as DIR/posts.jsonl. Then: `goodword rehearse --knowledge … --posts DIR/posts.jsonl --out
DIR`. `score DIR` prints, for the most confident three, five and seven tenths of them, how often the first article among
a proposal's sources is one of those linked, with a 95 % interval (bootstrap); and what kind the proposals are.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from bench import posts

BORDER = datetime(2025, 7, 1, tzinfo=UTC)
COVERAGES = (0.3, 0.5, 0.7, 1.0)
SAMPLES = 2_000


def draw(half: str, out: Path) -> None:
    """Write the posts with a strict link of one half."""
    strict = {post.id for post in posts.posts(2025) if post.strict and (post.created >= BORDER) == (half == "report")}
    records = [record for record in posts._threads(2025) if record["id"] in strict]
    out.mkdir(parents=True, exist_ok=True)
    (out / "posts.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    print(f"{len(records)} posts of the {half} half in {out / 'posts.jsonl'}")


def score(place: Path) -> None:
    """Print how often the cited article is a linked one, by coverage."""
    linked = {post.id: post.strict for post in posts.posts(2025)}
    rows = [json.loads(line) for line in (place / "proposals.jsonl").read_text(encoding="utf-8").splitlines()]
    rows.sort(key=lambda row: -row["confidence"])
    right = np.array([_cited(row) in linked[row["post_id"]] for row in rows], dtype=np.float64)
    print(f"{len(rows)} proposals: {dict(Counter(row['kind'] for row in rows))}")
    chance = np.random.default_rng(0)
    for coverage in COVERAGES:
        taken = right[: round(coverage * len(rows))]
        means = chance.choice(taken, (SAMPLES, len(taken))).mean(axis=1)
        low, high = np.quantile(means, (0.025, 0.975))
        least = rows[len(taken) - 1]["confidence"]
        print(f"coverage {coverage:.1f} (confidence from {least:.2f}): {taken.mean():.3f} [{low:.3f}, {high:.3f}]")


def _cited(row: dict[str, Any]) -> str:
    return next((source["entry_id"] for source in row["sources"] if source["kind"] != "answer"), "")


def main() -> None:
    """Draw the posts or score the proposals."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parts = parser.add_subparsers(dest="part", required=True)
    drawing = parts.add_parser("draw")
    drawing.add_argument("--half", choices=("dev", "report"), default="dev")
    drawing.add_argument("--out", type=Path, required=True)
    parts.add_parser("score").add_argument("place", type=Path)
    given = parser.parse_args()
    if given.part == "draw":
        draw(given.half, given.out)
    else:
        score(given.place)


if __name__ == "__main__":
    main()
