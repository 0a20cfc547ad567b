"""Blind reading of drafts: `GOODWORD_DATA=… python -m bench.drafts draw|sheet|score`.

`draw --round N --out DIR` writes the round's sixty dev posts as DIR/posts.jsonl, drawn by the seed in SEEDS, which is
committed before anything is drafted. Then: `goodword rehearse --knowledge … --posts DIR/posts.jsonl --out DIR`.
`sheet DIR` writes DIR/sheet.md: for each post the draft and a human helper's reply, in random order and without
labels, and DIR/key.json, which says which is which and stays shut until two people have written their verdicts, by the
rubric in bench/drafts.md, as {"item": {"verdict": "send|edit|no", "wrong": true|false, "why": ".."}}.
The sample company's round has no replies of people: `bench/sample_posts_N.jsonl`, sixty posts written from its public
page (`data/sample/about.md`) alone, is copied to DIR/posts.jsonl instead of drawing.
`score DIR FIRST.json SECOND.json` opens the key and prints the table, with the agreement of the two (Cohen's kappa).
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sklearn.metrics import cohen_kappa_score

from bench import posts
from knowledge.masking import mask

#: By round. A new round gets a new seed, committed before its posts are drafted.
SEEDS = {1: 20261122, 2: 20261123, 3: 20261124}
COUNT = 60
UNTIL = datetime(2025, 7, 1, tzinfo=UTC)  # dev
Json = dict[str, Any]


def draw(number: int, out: Path) -> None:
    """The round's posts: English or not, answered or not, as they came."""
    found = [record for record in posts._threads(2025) if _created(record) < UNTIL]
    out.mkdir(parents=True, exist_ok=True)
    chosen = random.Random(SEEDS[number]).sample(found, COUNT)
    (out / "posts.jsonl").write_text("".join(json.dumps(record) + "\n" for record in chosen), encoding="utf-8")
    print(f"{len(chosen)} posts in {out / 'posts.jsonl'}")


def sheet(place: Path) -> None:
    """The reading sheet and its key."""
    chance = random.Random(0)
    threads = {record["id"]: record for record in _lines(place / "posts.jsonl")}
    key: dict[str, Json] = {}
    pages: list[str] = []
    for proposal in _lines(place / "proposals.jsonl"):
        thread = threads[proposal["post_id"]]
        replies = [("human", text) for text in _helpers(thread)[:1]]
        replies.append(("draft", proposal["text"]) if proposal["text"] else ("held", ""))
        chance.shuffle(replies)
        sources = "\n".join(f"- {source['title']}: {source['quote']}" for source in proposal["sources"][:3])
        page = [f"# Post {proposal['post_id']}: {mask(thread.get('title', ''))}", mask(thread["text"])]
        page.append(f"Known to us:\n{sources or '- nothing near'}")
        for kind, text in replies:
            item = str(len(key) + 1)
            key[item] = {"post": proposal["post_id"], "who": kind, "kind": proposal["kind"]}
            page.append(f"## Item {item}\n{text or '(held back: no reply was drafted; a person gets it)'}")
        pages.append("\n\n".join(page))
    (place / "sheet.md").write_text("\n\n---\n\n".join(pages) + "\n", encoding="utf-8")
    (place / "key.json").write_text(json.dumps(key, indent=1), encoding="utf-8")
    print(f"{len(key)} items in {place / 'sheet.md'}")


def score(place: Path, first: Path, second: Path) -> None:
    """Who could be sent how often, by each reader, and how far the two agree."""
    key: dict[str, Json] = json.loads((place / "key.json").read_text(encoding="utf-8"))
    readers = [json.loads(path.read_text(encoding="utf-8")) for path in (first, second)]
    items = [item for item in key if all(item in reader for reader in readers)]
    for who in ("draft", "human", "held"):
        ours = [item for item in items if key[item]["who"] == who]
        if not ours:
            continue
        print(f"\n{who}, n = {len(ours)}")
        for name, reader in zip(("first", "second"), readers, strict=True):
            counted = Counter(reader[item]["verdict"] for item in ours)
            wrong = sum(bool(reader[item].get("wrong")) for item in ours)
            sent, edited = counted["send"] / len(ours), counted["edit"] / len(ours)
            print(f"  {name:7} as is {sent:.2f}  as is or edited {sent + edited:.2f}  wrong {wrong / len(ours):.2f}")
    drafts = [item for item in items if key[item]["who"] == "draft"]
    verdicts = [[reader[item]["verdict"] for item in drafts] for reader in readers]
    print(f"\nagreement on drafts (Cohen's kappa): {cohen_kappa_score(*verdicts):.2f}")


def _helpers(thread: Json) -> list[str]:
    answers = thread.get("answers", [])
    return [mask(answer["text"]) for answer in answers if not answer["by_asker"] and answer["text"].strip()]


def _created(record: Json) -> datetime:
    return datetime.strptime(record["created"], "%Y-%m-%d %H:%M:%S %z")


def _lines(path: Path) -> list[Json]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def main() -> None:
    """Draw, write the sheet, or count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parts = parser.add_subparsers(dest="part", required=True)
    drawing = parts.add_parser("draw")
    drawing.add_argument("--round", type=int, default=max(SEEDS))
    drawing.add_argument("--out", type=Path, required=True)
    parts.add_parser("sheet").add_argument("place", type=Path)
    scoring = parts.add_parser("score")
    for name in ("place", "first", "second"):
        scoring.add_argument(name, type=Path)
    given = parser.parse_args()
    if given.part == "draw":
        draw(given.round, given.out)
    elif given.part == "sheet":
        sheet(given.place)
    else:
        score(given.place, given.first, given.second)


if __name__ == "__main__":
    main()
