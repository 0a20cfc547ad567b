"""The names of the checks as a person reads them: what each looks for, so that it reads well passed and failed."""

from __future__ import annotations

from collections.abc import Iterable

NAMES = {
    "answers_the_question": "answers what was asked",
    "sourced": "every sentence has a source",
    "outcome_first": "begins with what they want",
    "no_promotion": "no advertising",
    "no_unbacked_promise": "no promise without a source",
    "no_private_detail": "no private details",
    "no_private_request": "asks for nothing private",
    "no_needless_dm": "no needless direct messages",
    "allowed_links": "links only to allowed places",
    "length": "length",
    "language": "in the language of the post",
    "tone": "tone",
    "nobody_else_mentioned": "mentions nobody else",
    "nothing_obeyed": "takes no orders from the post",
    "voice": "in our own voice",
    "taken_by_the_channel": "taken by the channel",
}
#: What is looked at in a person's own words, in a word or two.
_IN_SHORT = {
    "length": "length",
    "no_private_detail": "private details",
    "no_unbacked_promise": "promises",
    "allowed_links": "links",
    "language": "language",
    "tone": "tone",
}


def check_name(name: str) -> str:
    """A check's name in words."""
    return NAMES.get(name) or name.replace("_", " ")


def in_short(names: Iterable[str]) -> str:
    """What these checks looked at, as a short list; empty where nothing of it can be said in a word or two."""
    given = set(names)
    return ", ".join(said for name, said in _IN_SHORT.items() if name in given)
