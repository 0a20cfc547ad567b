"""Addresses on the net: of mail, and of machines."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

import regex

Place = tuple[int, int]

# The parts before and behind the @ are as long as RFC 5321 allows at most: a long run of letters costs no more.
_EMAIL = regex.compile(r"(?<![\w.+%-])'?\K[\w+%][\w.+%'-]{0,63}@(?:[^\W_][\w-]{0,62}\.){1,10}\p{L}[\w-]{1,62}(?![\w-])")
# anna [at] example.org, anna(at)example(dot)org
_EMAIL_SPELT = regex.compile(
    r"(?<![\w.+%-])[\w+%][\w.+%-]{0,63}\s?[\[(]\s?at\s?[\])]\s?"
    r"(?:[\w-]{1,63}(?:\.|\s?[\[(]\s?dot\s?[\])]\s?)){1,10}\p{L}[\w-]{1,62}(?![\w-])",
    regex.I,
)

_IPV4 = regex.compile(r"(?<![\w.-])(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)")
_IPV6 = regex.compile(r"(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9a-f]{0,4})(?![\w:])", regex.I)

#: Words that say: what comes now is the number of a release.
_VERSION_BEFORE = regex.compile(
    r"(?:\bv|\bver|\bversions?|\bbuild|\brelease|\bfirmware|\bfw|\bdriver|\bpatch|\bupdate|\bedition"
    r"|\bupdated? (?:to|from)|\bupgraded? (?:to|from)|\bportable|\bpro|[a-z]/)[\s.:=(\"'#]*$",
    regex.I,
)
#: Words that say: what comes now is a machine.
_MACHINE_BEFORE = regex.compile(
    r"(?:\b(?:r|l|client|source|remote|sender)?-?ip(?:v4)?|address(?:es)?|\bhosts?|\bserver|\bdns|\bgateway|\brouter|\bfrom"
    r"|\bping|\bhelo|\behlo|\bconnect(?:ed|ion)?|\bblocked|\bby|\bdesignates|//|@)(?:\s+(?:is|was|to|at|:))?[\s:=(\[\"'#]*$"
    r"|[\[]$",
    regex.I,
)


def emails(text: str) -> Iterator[Place]:
    """E-mail addresses, also with the @ spelt out in brackets."""
    if "@" in text:
        for match in _EMAIL.finditer(text):
            yield match.span()
    for match in _EMAIL_SPELT.finditer(text):
        yield match.span()


def machines(text: str) -> Iterator[Place]:
    """IP addresses that can point at somebody: no loopback, no net mask, no router as it comes from the box, and no
    version number, which has the same form."""
    for match in _IPV4.finditer(text):
        before = text[max(0, match.start() - 24) : match.start()]
        if _is_somebody(match.group()) and not _is_version(match.group(), before):
            yield match.span()
    for match in _IPV6.finditer(text):
        # "std::x", "a::b" and times have the form too; a real address has digits and more than a few characters.
        found = match.group()
        if len(found) >= 6 and any(character.isdigit() for character in found) and _is_somebody(found):
            yield match.span()


def _is_somebody(found: str) -> bool:
    try:
        address = ipaddress.ip_address(found)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if address.is_loopback or address.is_unspecified or found.startswith("255."):
        return False
    return not (address.version == 4 and address.is_private and found.rpartition(".")[2] in ("1", "254"))


def _is_version(found: str, before: str) -> bool:
    """By the words before it; without any, by a form that fewer than three in a hundred addresses have by chance: a
    zero, two numbers of one digit, or four small numbers."""
    if _VERSION_BEFORE.search(before):
        return True
    if _MACHINE_BEFORE.search(before):
        return False
    numbers = [int(part) for part in found.split(".")]
    return 0 in numbers or sum(number < 10 for number in numbers) >= 2 or max(numbers) < 32
