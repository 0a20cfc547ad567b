"""The greeting of a reply: the team's own line, with the person's name where the team wants one and there is one."""

from __future__ import annotations

import regex

from actions.instructions import instructs
from actions.voice import NAME, Address, Voice

#: What people put around their names: `:verified:`, pictures, "(she/her)", "| on holiday".
_DECORATION = regex.compile(r":\w+:|\(.*?\)|[|/•–—].*$|[^\p{L}\p{M}\p{N}\s'’.@:-]")
#: One to three words of letters; an initial may have its dot. Anything else (a host, a handle, a slogan) is no name.
_NAME = regex.compile(
    r"(?:\p{L}\.|[\p{L}\p{M}]+(?:['’-][\p{L}\p{M}]+)*)(?: (?:\p{L}\.|[\p{L}\p{M}]+(?:['’-][\p{L}\p{M}]+)*)){0,2}"
)
_TITLES = frozenset({"dr", "mr", "mrs", "ms", "mx", "prof", "sir", "dame"})
_LONGEST = 40


def greeting(voice: Voice | None, author_name: str) -> str:
    """The line for a person who calls themselves so; '' where the team greets nobody.

    What an author puts into their name is data like a post: what does not look like a name is left out.
    """
    if voice is None or NAME not in voice.greeting:
        return voice.greeting if voice else ""
    name = _name(author_name, voice.address)
    return voice.greeting.replace(NAME, name) if name else regex.sub(r"\s*\{name\}", "", voice.greeting)


def first_name(given: str) -> str:
    """The first name of who calls themselves so; '' where it does not look like a name."""
    return _name(given, Address.FIRST_NAME)


def _name(given: str, address: Address) -> str:
    said = " ".join(_DECORATION.sub(" ", given).split())
    if len(said) > _LONGEST or not _NAME.fullmatch(said) or instructs(said):
        return ""
    if address is Address.FORMAL:
        return said
    first, *others = said.split()
    return first if others == [] or first.lower().rstrip(".") not in _TITLES else ""
