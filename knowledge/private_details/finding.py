"""All private details of a text, none over another."""

from __future__ import annotations

import regex

from knowledge.private_details.accounts import cards, driving_licences, ibans, orders, social_security
from knowledge.private_details.addresses import emails, machines
from knowledge.private_details.details import Detail, Kind, Recogniser
from knowledge.private_details.telephones import telephones

#: Who comes first has the say: what has a check digit before what is named, and that before what only has the form.
_RECOGNISERS: tuple[tuple[Kind, Recogniser], ...] = (
    (Kind.IBAN, ibans),
    (Kind.CARD, cards),
    (Kind.SSN, social_security),
    (Kind.LICENCE, driving_licences),
    (Kind.ORDER, orders),
    (Kind.IP, machines),
    (Kind.PHONE, telephones),
)

_URL = regex.compile(r"\b(?:https?|ftp)://[^\s<>\"\])]+|\bwww\.[^\s<>\"\])]+", regex.I)

#: Stands for a detail that was found: no pattern matches it or reaches across it. U+FFFC, object replacement.
_FOUND = "\ufffc"


def find(text: str) -> tuple[Detail, ...]:
    """The e-mail addresses, telephone, card, bank account, social security, licence and order numbers and IP addresses
    of a text, in their order; no two overlap.

    Digits in a link are part of the link: a question's id is no telephone number. Names and street addresses have no
    form that could be recognised and are not found. Runs in time linear in the length of the text.
    """
    found = [Detail(start, end, Kind.EMAIL) for start, end in emails(text)]
    left = _without(text, found)
    if any(character.isdigit() for character in left) or "::" in left:
        left = _URL.sub(lambda link: _FOUND * len(link.group()), left)
        for kind, recogniser in _RECOGNISERS:
            new = [Detail(start, end, kind) for start, end in recogniser(left)]
            left = _without(left, new)
            found += new
    return tuple(_apart(found))


def _without(text: str, details: list[Detail]) -> str:
    parts, end = [], 0
    for detail in _apart(details):
        parts += [text[end : detail.start], _FOUND * (detail.end - detail.start)]
        end = detail.end
    return "".join([*parts, text[end:]])


def _apart(details: list[Detail]) -> list[Detail]:
    """In their order, without those that reach into one before (two patterns of a kind may find the same)."""
    kept: list[Detail] = []
    for detail in sorted(details, key=lambda detail: (detail.start, -detail.end)):
        if not kept or detail.start >= kept[-1].end:
            kept.append(detail)
    return kept
