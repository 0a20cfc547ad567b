"""What a source can lend to a reply: its own steps or sentences, cleaned, and the link that belongs to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from actions.links import LINK, allowed, links
from actions.overlap import words
from actions.past_answers import advice, guesses, instructs
from actions.steps import Passage, choose, sections, usable
from knowledge.entries import Entry, EntryKind
from knowledge.results import Hit

#: Cosine of an article's nearest passage below which it is only linked beside advice that past answers gave: found by
#: their votes, it says nothing of the need itself (read on real posts: "Installing an Add-on" for a printing question).
SPEAKS_OF_IT = 0.42
#: A past answer lends something only if so much of it is left once it is freed of its thread.
LEAST_WORDS = 8
#: A past answer that instructs nobody has to share at least this much of the post's words.
LEAST_SHARE = 0.25


@dataclass(frozen=True)
class Material:
    """The units of a source in order (`ordered`: numbered steps), its best link, and the entry they come from.

    `lead` is said before the steps. `worth` (0 to 1) says how far the units can stand as advice: a written article 1,
    a past answer less where it only guesses or says little of what was asked.
    """

    entry: Entry
    units: tuple[str, ...]
    ordered: bool
    link: str = ""
    lead: str = ""
    worth: float = 1.0


def material(hit: Hit, wanted: str, domains: Iterable[str]) -> Material | None:
    """The part of a source that meets the post (`wanted`: its words), or None where nothing can be said with it.

    A unit with a link outside the domains is left out: nothing in a reply leads where the team does not allow.
    """
    domains = tuple(domains)
    entry = hit.entry
    if entry.kind is EntryKind.USAGE and hit.cosine < SPEAKS_OF_IT:
        return None
    passage = _passage(hit, wanted)
    if passage is None:
        return None
    ordered = len(passage.steps) > 1
    units = tuple(map(_without_end_link, passage.steps or passage.sentences))
    clean = tuple(unit for unit in units if unit and all(_may_be_said(link, entry, domains) for link in links(unit)))
    if ordered and len(clean) < len(units):  # a missing step makes the ones after it wrong
        clean = units[: next(index for index, unit in enumerate(units) if unit not in clean)]
        ordered = len(clean) > 1
    worth = _worth(clean, wanted) if entry.kind is EntryKind.ANSWER else 1.0
    if not clean or worth <= 0:
        return None
    lead = f"{passage.heading.rstrip(':')}:" if passage.heading and ordered and not links(passage.heading) else ""
    if entry.kind is EntryKind.NOTICE and ordered:
        lead = _lead(entry, domains)
    return Material(entry, clean, ordered, _link(entry, domains), lead, worth)


def _may_be_said(link: str, entry: Entry, domains: tuple[str, ...]) -> bool:
    """Whether a link leads where the team allows, and not to the thread of somebody else."""
    parts = link.replace("#", "/").split("/")
    return allowed(link, domains) and not any(f"linked:{part}" in entry.meta for part in parts)


def _passage(hit: Hit, wanted: str) -> Passage | None:
    entry = hit.entry
    if entry.kind is EntryKind.ANSWER:
        return advice(entry.text, wanted)
    if entry.kind is EntryKind.CAPABILITY:  # its first words are the yes or no, and nothing may be said without them
        first = next((block.sentences for one in sections(entry.text) for block in one.blocks if block.sentences), ())
        return Passage(sentences=first) if first else None
    return choose(entry.text, wanted, hit.quote, hit.passages)


def _without_end_link(unit: str) -> str:
    """A unit without the link it ends with: the reply has a line of its own for it. '' where nothing else is said."""
    found = links(unit)
    if not found or not unit.rstrip(" .)").endswith(found[-1]):
        return unit
    said = unit[: unit.rindex(found[-1])].rstrip(" (:-–")
    if not LINK.search(said) and len(words(said)) >= 2 and said.endswith((".", "!", "?")):
        return said
    return "" if len(words(said)) < 3 else unit


def _worth(units: tuple[str, ...], wanted: str) -> float:
    """How far a past answer stands as advice; 0 where it neither instructs nor speaks of what was asked."""
    text = "\n".join(units)
    asked = words(wanted)
    shared = len(words(text) & asked) / len(asked) if asked else 0.0
    tells = instructs(text)
    if not (tells or shared >= LEAST_SHARE) or len(text.split()) < LEAST_WORDS:
        return 0.0
    guessed = sum(map(guesses, units)) / len(units)
    return (0.6 + 0.2 * tells + 0.2 * min(1.0, 4 * shared)) * (1 - 0.5 * guessed)


def _lead(entry: Entry, domains: tuple[str, ...]) -> str:
    """What a notice says first: whom it concerns and what is wrong."""
    first = next((block for section in sections(entry.text) for block in section.blocks), None)
    said = first.sentences[0] if first and first.sentences else ""
    return said if usable(said) and all(allowed(link, domains) for link in links(said)) else ""


def _link(entry: Entry, domains: tuple[str, ...]) -> str:
    """The link for a reply: a past answer's own (the article it named), else what it cites, else where it stands."""
    offered = [entry.url]
    if entry.kind is EntryKind.ANSWER:
        offered = [*links(entry.text), *entry.cites, entry.url]
    return next((link for link in offered if link and "://" in link and allowed(link, domains)), "")
