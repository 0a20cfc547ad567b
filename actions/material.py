"""What a source can lend to a reply: its own steps or sentences, cleaned, and the link that belongs to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from actions.links import allowed, links
from actions.overlap import words
from actions.sentences import dangles, own_words, split, stands_alone, without_address
from actions.steps import Passage, choose, inline_steps, usable
from knowledge.entries import Entry, EntryKind
from knowledge.results import Hit

#: A past answer lends something only if so much of it is left once it is freed of its thread.
LEAST_WORDS = 8


@dataclass(frozen=True)
class Material:
    """The units of a source in order (`ordered`: numbered steps), its best link, and the entry they come from."""

    entry: Entry
    units: tuple[str, ...]
    ordered: bool
    link: str = ""


def material(hit: Hit, wanted: str, domains: Iterable[str]) -> Material | None:
    """The part of a source that meets the post (`wanted`: its words), or None where nothing can be said with it.

    A unit with a link outside the domains is left out: nothing in a reply leads where the team does not allow.
    """
    domains = tuple(domains)
    entry = hit.entry
    passage = _answer(entry.text) if entry.kind is EntryKind.ANSWER else choose(entry.text, wanted, hit.quote)
    if passage is None:
        return None
    ordered = len(passage.steps) > 1
    units = passage.steps if passage.steps else passage.sentences
    clean = tuple(unit for unit in units if all(allowed(link, domains) for link in links(unit)))
    if ordered and len(clean) < len(units):  # a missing step makes the others wrong
        clean = clean[: _first_missing(units, clean)]
        ordered = len(clean) > 1
    if not clean:
        return None
    return Material(entry, clean, ordered, _link(entry, domains))


def _first_missing(units: tuple[str, ...], clean: tuple[str, ...]) -> int:
    return next(index for index, unit in enumerate(units) if index >= len(clean) or clean[index] != unit)


def _answer(text: str) -> Passage | None:
    """The advice in a past answer: its steps, or the sentences that can be said to somebody else."""
    own = own_words(text)
    listed = inline_steps(own)
    if listed is not None:
        steps = tuple(without_address(step) for step in listed[1])
        if all(stands_alone(step) or len(step.split()) < 3 for step in steps):
            return Passage(steps=tuple(_ended(step) for step in steps))
    said = [(sentence, stands_alone(without_address(sentence))) for sentence in split(own)]
    kept: list[str] = []
    broken = True  # what leans on a sentence that was left out goes with it
    for sentence, alone in said:
        if alone and not (broken and dangles(sentence)):
            kept.append(without_address(sentence))
            broken = False
        else:
            broken = True
    bare = [sentence for sentence in kept if len(words(sentence)) >= 2 and usable(_ended(sentence))]
    if sum(len(sentence.split()) for sentence in bare) < LEAST_WORDS:
        return None
    return Passage(sentences=tuple(_ended(sentence) for sentence in bare))


def _ended(sentence: str) -> str:
    sentence = sentence.rstrip(" ,;:")
    return sentence if sentence.endswith((".", "!", "…", ")", '"', "”")) else sentence + "."


def _link(entry: Entry, domains: tuple[str, ...]) -> str:
    """The link for a reply: a past answer's own (the article it named), else what it cites, else where it stands."""
    offered = [entry.url]
    if entry.kind is EntryKind.ANSWER:
        offered = [*links(entry.text), *entry.cites, entry.url]
    return next((link for link in offered if link and "://" in link and allowed(link, domains)), "")
