"""From which likeness on two posts may share a card: `GOODWORD_DATA=… python -m bench.sharing`.

Support posts until the middle of 2025. Two posts count as about the same thing where human helpers linked the same
article in both threads. Pairs within a week tell how often that is so, by the cosine of the two posts; pairs within an
hour, as cards are shared, tell how many cards that would spare. Prints the closest of those for reading.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

import numpy as np

from bench.posts import Post, encoder, posts, query_of
from knowledge.passages import opening
from knowledge.searching import post_text

UNTIL = datetime(2025, 7, 1, tzinfo=UTC)
YEARS = (2023, 2024, 2025)
HOUR, WEEK = 3600.0, 7 * 86400.0
LIKENESSES = (0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9)


def pairs(found: list[Post], within: float) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """The pairs of posts, by their places, that were written so many seconds apart at most."""
    at = np.array([post.created.timestamp() for post in found])
    last = np.searchsorted(at, at + within, side="right")
    made = [(one, other) for one in range(len(found)) for other in range(one + 1, last[one])]
    return np.array(made, dtype=np.int64)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--read", type=int, default=15, help="how many of the closest pairs within an hour to print")
    options = parser.parse_args()
    found = sorted((post for year in YEARS for post in posts(year, UNTIL)), key=lambda post: post.created)
    vectors = encoder().encode([opening(post_text(query_of(post))) for post in found])
    print(f"{len(found):,} posts")

    linked = np.array([bool(post.linked) for post in found])
    near = pairs(found, WEEK)
    near = near[linked[near].all(axis=1)]
    cosine = np.einsum("ij,ij->i", vectors[near[:, 0]], vectors[near[:, 1]])
    same = np.array([bool(found[one].linked & found[other].linked) for one, other in near])
    print(
        f"{len(near):,} pairs within a week where helpers linked an article in both; the same one in {same.mean():.1%}"
    )
    for least in LIKENESSES:
        alike = cosine >= least
        print(f"  from {least:.2f}: {alike.sum():5} pairs, the same article in {same[alike].mean():.0%}")

    close = pairs(found, HOUR)
    cosine = np.einsum("ij,ij->i", vectors[close[:, 0]], vectors[close[:, 1]])
    print(
        f"{len(close):,} pairs within an hour: " + ", ".join(f"{(cosine >= n).sum()} from {n:.2f}" for n in LIKENESSES)
    )
    for place in np.argsort(-cosine)[: options.read]:
        one, other = (found[index] for index in close[place])
        print(f"{cosine[place]:.2f}\n  {one.title}: {one.text[:150]!r}\n  {other.title}: {other.text[:150]!r}")


if __name__ == "__main__":
    main()
