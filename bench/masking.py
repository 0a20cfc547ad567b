"""What masking takes out of real posts: `python -m bench.masking [--all]`.

1,000 posts drawn by a fixed seed among those created before July 2025, or all of them with `--all`. Prints how many
hold a masked detail, and each detail with the words around it, to be read: a version, an error code or a product name
among them is a mistake.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections import Counter

from bench.posts import data
from knowledge.private_details import find

SEED = 20261122
BEFORE = "2025-07-01"


def posts() -> list[str]:
    """Title and text of every dev post, in an order drawn by the seed."""
    found = []
    for year in (2023, 2024, 2025):
        with gzip.open(data() / f"threads-{year}.jsonl.gz", "rt", encoding="utf-8") as lines:
            records = (json.loads(line) for line in lines)
            found += [f"{record['title']}\n{record['text']}" for record in records if record["created"] < BEFORE]
    random.Random(SEED).shuffle(found)
    return found


def main() -> None:
    """Run it."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--all", action="store_true", help="all posts, not 1,000")
    given = options.parse_args()
    read = posts() if given.all else posts()[:1000]
    kinds: Counter[str] = Counter()
    holders = 0
    for text in read:
        found = find(text)
        holders += bool(found)
        kinds.update(str(detail.kind) for detail in found)
        for detail in found:
            before, after = text[max(0, detail.start - 40) : detail.start], text[detail.end : detail.end + 15]
            print(f"{holders:4} {detail.kind:18} {before!r} << {text[detail.start : detail.end]} >> {after!r}")
    print(f"{holders} of {len(read)} posts hold a masked detail: {dict(kinds)}")


if __name__ == "__main__":
    main()
