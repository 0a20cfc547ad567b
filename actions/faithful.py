"""Does a sentence that a model wrote say what its source says? Each is checked against the one source it names.

A sentence whose words stand in its source can still be wrong: by a number, a name, a link, a "not". These are taken
exactly; a rewording that trips over them costs no more than that draft, for the extract stands in its place.
"""

from __future__ import annotations

from collections.abc import Iterator

import regex

from actions.links import LINK
from actions.overlap import words
from actions.patterns import any_of
from actions.promises import unbacked_promise
from actions.sentences import of_the_thread, split
from knowledge.entries import Entry, EntryKind

#: So much of a sentence's meaningful words must stand in its source.
LEAST_BACKED = 0.7
#: A source sentence is what was reworded where it holds so much of the sentence's words.
REWORDED = 0.5

_STEP = regex.compile(r"^\s*\d{1,2}[.)]\s+")
_NUMBER = regex.compile(r"(?<![\p{L}\d])[vV]?(\d+(?:[.,:/-]\d+)*)\s?(%|°\s?[CF]?|[\p{L}µ]{1,8}\b)?")
_SPELT = {
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
    "ten": "10", "eleven": "11", "twelve": "12", "fourteen": "14", "fifteen": "15", "twenty": "20", "thirty": "30",
    "forty": "40", "fifty": "50", "sixty": "60", "ninety": "90", "hundred": "100", "dozen": "12",
}  # fmt: skip
_SPELT_OUT = regex.compile(r"(?<!\w)(?:" + "|".join(_SPELT) + r")(?!\w)", regex.IGNORECASE)
#: What is counted or measured: a number before one of these belongs to it.
_UNIT = regex.compile(
    r"mm|cm|m|km|inch|inches|ft|feet|g|kg|lb|lbs|ml|l|litres?|v|volts?|w|watts?|amps?|ah|mah|nm|hz|khz|mhz|ghz|kb|mb|gb|tb"
    r"|s|sec|seconds?|min|minutes?|h|hours?|days?|weeks?|months?|years?|times?|per|percent|%|°.*|am|pm"
    r"|pounds?|dollars?|euros?|pence|cents?|gbp|usd|eur",
    regex.IGNORECASE,
)
_ONE_OF_TIME = regex.compile(r"(?<!\w)(?:a|an|one)\s(?=(?:second|minute|hour|day|week|month|year)\b)", regex.IGNORECASE)
_MONEY = regex.compile(r"[£$€¥]\s?\d[\d.,]*")
#: A bare host, such as `holloway.example`.
HOST = regex.compile(r"(?<![\w@.-])(?:[a-z0-9-]+\.)+[a-z]{2,}(?![\w-])", regex.IGNORECASE)
_MAIL = regex.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_MENTION = regex.compile(r"(?<!\w)[@#][\w.-]+")
_QUOTED = regex.compile(r"“([^”\n]+)”|\"([^\"\n]+)\"|‘([^’\n]+)’|`([^`\n]+)`")
_STEP_IN_PATH = regex.compile(r"(?<![\w'’-])([\w'’-]+)[\"”’`]?\s*[>→›»]\s*[\"“‘`]?([\w'’-]+)")
#: A line end within a sentence: the file was wrapped.
_WRAPPED = regex.compile(r"(?<![.!?:;])\n(?=\p{Ll})")
#: Words with a capital that is not the sentence's own, or with signs in them that prose has not: names of things.
_NAMES = regex.compile(r"\p{Lu}[\p{L}\p{N}'’&+-]*(?:\s+\p{Lu}[\p{L}\p{N}'’&+-]*)*|\b\w+[_/\\]\w[\w/\\]*")
_OWN_CAPITAL = regex.compile(r"(?:^|[.!?:“\"(]\s*)$")
_NOT = any_of("not|never|no|cannot|without|neither|nor|none|avoid|unless", r"\p{L}+n't", "instead of|rather than")


def unfaithful(sentence: str, source: Entry, known: str = "") -> str:
    """What the sentence says that its source does not, as a short phrase; '' where it says nothing more.

    Words in `known` may be used besides: the person's own phrase for what they want, or the team's own words.
    """
    said = _STEP.sub("", sentence).strip()
    past = source.kind is EntryKind.ANSWER
    titled = "" if past else source.title  # the title of a past answer is what somebody else asked
    backing = f"{titled}\n{_WRAPPED.sub(' ', source.text)}\n{source.url or ''}"
    if past and of_the_thread(said):
        return "it speaks of somebody else’s thread"
    stray = next((name for name in _taken_exactly(said) if not _stands_in(backing, name)), None)
    if stray is None and not _walks(backing) >= _walks(said):
        stray = " > ".join(next(iter(_walks(said) - _walks(backing))))
    if stray is None:
        stray = _stray_number(said, backing)
    if stray is not None:
        return f"“{stray}” does not stand in its source"
    if promise := unbacked_promise(said, backing):
        return f"no entry backs: {promise}"
    meant = words(_SPELT_OUT.sub(" ", LINK.sub(" ", said))) - words(known)
    meant = frozenset(word for word in meant if not word[0].isdigit())  # these were looked at exactly
    if len(meant & words(backing)) < LEAST_BACKED * len(meant):
        return "it says more than its source"
    return "it turns its source round" if _turned_round(said, backing) else ""


def _taken_exactly(said: str) -> Iterator[str]:
    """Links, hosts, addresses, mentions, money, what is quoted, and names of things, in the sentence's own spelling."""
    for pattern in (LINK, HOST, _MAIL, _MENTION, _MONEY):
        yield from (match.group() for match in pattern.finditer(said))
    for match in _QUOTED.finditer(said):
        yield next(group for group in match.groups() if group)
    unlinked = LINK.sub(" ", said)
    for match in _NAMES.finditer(unlinked):
        name = match.group()
        if _OWN_CAPITAL.search(unlinked[: match.start()]):  # the capital of a sentence: what follows it may be a name
            _, _, name = name.partition(" ")
        if name and name != "I":
            yield name


def _stands_in(backing: str, name: str) -> bool:
    """Whether a source holds this spelling, as whole words; white space may differ."""
    spelt = r"\s+".join(map(regex.escape, name.split()))
    return bool(regex.search(rf"(?<!\w){spelt}(?!\w)", backing))


def _walks(text: str) -> set[tuple[str, str]]:
    """Each step of the menu paths in a text ("Settings > Account"), by the words beside the arrow."""
    return {(match[1], match[2]) for match in _STEP_IN_PATH.finditer(text, overlapped=True)}


def _stray_number(said: str, backing: str) -> str | None:
    """A number that the source does not have, or has with another unit only."""
    given = set(_numbers(backing))
    bare = {number for number, _ in given}
    for number, unit in _numbers(said):
        if (number, unit) not in given and (unit or number not in bare):
            return f"{number} {unit}".strip()
    return None


def _numbers(text: str) -> list[tuple[str, str]]:
    """Each number with the unit it stands before ('' where none does), spelt-out ones as digits."""
    digits = _SPELT_OUT.sub(lambda match: _SPELT[match.group().lower()], text)
    digits = _ONE_OF_TIME.sub("1 ", digits)
    found: list[tuple[str, str]] = []
    for line in digits.splitlines():
        for match in _NUMBER.finditer(_STEP.sub("", line)):
            unit = (match[2] or "").replace(" ", "")
            found.append((match[1], _one(unit) if _UNIT.fullmatch(unit) else ""))
    return found


def _one(unit: str) -> str:
    """A unit in lower case and without a plural s."""
    unit = unit.lower()
    return unit[:-1] if len(unit) > 3 and unit.endswith("s") else unit


def _turned_round(said: str, backing: str) -> bool:
    """Whether a "not" was put in or left out: compared with the source's sentences that were reworded."""
    meant = words(said)
    if not meant:
        return False
    alike = [(len(meant & words(one)) / len(meant), bool(_NOT.search(one))) for one in split(backing)]
    near = [negated for share, negated in alike if share >= REWORDED]
    nearest = max(alike, default=(0.0, False))[0]
    if not near:  # put together from several sentences: a "not" has to stand in one of them at least
        return bool(_NOT.search(said)) and not any(negated for _, negated in alike)
    best = [negated for share, negated in alike if share == nearest]
    return bool(_NOT.search(said)) not in best
