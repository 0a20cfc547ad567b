"""Words that carry meaning, and how much two texts share of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

import regex

from actions.patterns import word_list

_WORD = regex.compile(r"[\p{L}\p{N}]+(?:['’.\-][\p{L}\p{N}]+)*")

#: Function words of English, and words that every post asking for help holds.
STOP = word_list(
    """
    a about after again all also am an and any anybody anyone anything are as at be because been before being
    but by can cannot can't could couldn't did didn't do does doesn't doing don't done else even ever every for
    from get gets getting got had has hasn't have haven't having he hello help her here hey hi his how i i'd
    i'll i'm i've if in into is isn't it it's its just know let like me mine more most much must my need needs
    no nor not now of off on once one only or other our out over own please really same she should so some
    somebody someone something still such than thank thanks that that's the their them then there these they
    thing things this those to too tried try trying up us use used using very want wants was wasn't way we well
    were what what's when where which while who why will with won't work working works would wouldn't yes yet
    you you're your
    """
)


def stem(word: str) -> str:
    """A word without its commonest English endings: enough to let `shelves` meet `shelf` and `charging` `charge`."""
    word = word.lower().replace("’", "'").removesuffix("'s")
    for ending, instead in (("ies", "y"), ("ves", "f"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""), ("e", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)] + instead
            break
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word.removesuffix("e") if len(word) > 4 else word


@lru_cache(maxsize=65536)
def _stemmed(word: str) -> str:
    return stem(word)


@lru_cache(maxsize=4096)  # the passages of a library are asked for again with every post
def words(text: str) -> frozenset[str]:
    """The stems of the words of a text that carry meaning."""
    found = (match.group().lower().replace("’", "'") for match in _WORD.finditer(text))
    return frozenset(_stemmed(word) for word in found if word not in STOP and (len(word) > 1 or word.isdigit()))


def share(text: str, wanted: Mapping[str, float]) -> float:
    """How much of the weight of the wanted words a text holds, from 0 to 1."""
    total = sum(wanted.values())
    return sum(wanted[word] for word in words(text) & wanted.keys()) / total if total else 0.0


def weights(wanted: Iterable[str], texts: Iterable[str]) -> dict[str, float]:
    """Weigh each wanted word by its rarity among the texts: 1 for a word that one text holds, less for common ones."""
    holding = [words(text) for text in texts]
    counts = {word: sum(word in held for held in holding) for word in set(wanted)}
    return {word: 1.0 / max(1, count) for word, count in counts.items()}


def likeness(one: str, other: str) -> float:
    """The Jaccard index of the meaningful words of two texts, from 0 to 1."""
    return jaccard(words(one), words(other))


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """How much of all words of two sets stands in both, from 0 to 1; two empty sets are alike."""
    return len(one & other) / len(one | other) if one | other else 1.0
