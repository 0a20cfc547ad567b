"""How far past questions alone tell posts of another domain: `GOODWORD_DATA=… python -m bench.other_domain`.

Every eighth dev post of 2025 against the StackFAQ queries, by their cosines to the openings of all threads of 2023 and
2024. Prints the AUROC of the nearest question and of the mean of the twenty nearest. Vectors come from the cache.
"""

from __future__ import annotations

import json

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score

from bench import posts
from knowledge.index import Floats
from knowledge.masking import mask
from knowledge.passages import opening
from knowledge.results import Query
from knowledge.searching import post_text

NEAREST = 20
REPORT = "2025-07-01"  # from here on is the report half


def openings(year: int) -> list[tuple[str, str]]:
    """When each thread of a year was asked, and what of it is encoded."""
    return [
        (record["created"], opening(post_text(Query(title=mask(record["title"]), text=mask(record["text"])))))
        for record in posts._threads(year)
    ]


def nearest(asked: Floats, past: Floats) -> npt.NDArray[np.floating]:
    """The cosines of the NEAREST past questions, a row a text."""
    return -np.partition(-(asked @ past.T), NEAREST, axis=1)[:, :NEAREST]


def main() -> None:
    """Print the two figures."""
    coder = posts.encoder()
    past = coder.encode([text for year in (2023, 2024) for _, text in openings(year)])
    ours = [text for created, text in openings(2025) if created < REPORT][::8]
    file = posts.data().parent / "stackfaq" / "queries.jsonl"
    theirs = [json.loads(line)["text"] for line in file.read_text(encoding="utf-8").splitlines()]
    near = nearest(coder.encode([*ours, *theirs]), past)
    truth = [True] * len(ours) + [False] * len(theirs)
    print(f"{len(past)} past questions, {len(ours)} posts, {len(theirs)} texts of another domain")
    for name, value in (("nearest", near.max(axis=1)), (f"mean of {NEAREST}", near.mean(axis=1))):
        print(f"AUROC, {name}: {roc_auc_score(truth, value):.3f}")


if __name__ == "__main__":
    main()
