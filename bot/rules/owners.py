"""Whose an entry is: its owner is written by whoever writes the entry, as a name, an e-mail address or an id, and the
team's rules say which person that is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.utils import parseaddr

from bot.rules.rules import Rules

_SLACK_ID = re.compile(r"[UW][A-Z0-9]{6,}")


def person(owner: str | None, rules: Rules) -> str:
    """The main id of the person whom this owner means; empty where the rules know nobody by it, or more than one."""
    for written in _ways(owner or ""):
        if found := _known(written, rules):
            return found
    return ""


def slack_id(owner: str | None, rules: Rules) -> str:
    """Where this owner is told directly in Slack; empty where the rules do not say, or they are not in Slack."""
    main = person(owner, rules)
    return next((one for one in (main, *sorted(rules.ids(main))) if _SLACK_ID.fullmatch(one)), "") if main else ""


def called(owner: str | None, rules: Rules) -> str:
    """What people call this owner: the name in the rules, else as it is written; empty where there is none."""
    return rules.names.get(person(owner, rules), (owner or "").strip())


def _ways(owner: str) -> Iterator[str]:
    """As it is written; of `Anna Berg <anna@holloway.example>` also the address and the name alone."""
    if written := owner.strip():
        yield written
    if "<" in written:
        name, address = parseaddr(written)
        yield from (part for part in (address, name) if part)


def _known(written: str, rules: Rules) -> str:
    if _SLACK_ID.fullmatch(written):
        return rules.person(written)
    ids = rules.reviewers | (rules.editors or frozenset()) | rules.leads | set(rules.names) | set(rules.same)
    folded = written.casefold()
    ways = (
        {one for one in ids if one.casefold() == folded},
        {one for one, name in rules.names.items() if name.casefold() == folded},
        {one for one, name in rules.names.items() if name.casefold().split()[:1] == [folded]},
    )
    found: set[str] = next((way for way in ways if way), set())
    people = {rules.person(one) for one in found}
    return people.pop() if len(people) == 1 else ""  # of two Annas neither is asked: nobody guesses
