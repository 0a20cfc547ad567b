"""Numbers of cards, bank accounts, persons and orders: those that have a check digit, and those that are named.

A number with a check digit is recognised by it; one without only by the words before it, as any other number may look
like it.
"""

from __future__ import annotations

from collections.abc import Iterator

import regex

Place = tuple[int, int]

_IBAN = regex.compile(
    r"(?<!\w)[A-Z]{2}\d{2}(?:[A-Z0-9]{11,30}|(?:[ -][A-Z0-9]{4}){2,7}(?:[ -][A-Z0-9]{1,3})?)(?!\w)", regex.I
)
_CARD = regex.compile(r"(?<![\w.-])\d(?:[ -]?\d){11,18}(?![\w-])")
#: Lengths and first digits of the card schemes (ISO/IEC 7812 ranges in use): keeps bar codes and time stamps out.
_CARD_START = regex.compile(r"3[0-9]|4|5|6|2[2-7]|1800|2131")
_CARD_NAMED = regex.compile(r"\b(?:cards?|cc|visa|master ?card|maestro|amex|american express)\b[^\d\n]{0,30}$", regex.I)

_SSN = regex.compile(r"(?<![\w.-])(?P<area>\d{3})-(?P<group>\d{2})-(?P<serial>\d{4})(?![\w-])")
_SSN_NAMED = regex.compile(
    r"\b(?:ssn|social security(?: number| no\.?| card)?)(?:\s+(?:number|no\.?))?(?:\s+(?:is|was|of))?[\s:#=?-]*"
    r"\K(?P<area>\d{3})[ -]?(?P<group>\d{2})[ -]?(?P<serial>\d{4})(?!\d)",
    regex.I,
)

# The states write a letter or three and digits, digits alone, or groups with dashes (AAMVA's list of formats): nothing
# that could be told from a serial number without the name before it.
_LICENCE = regex.compile(
    r"\b(?:driv(?:er[’']?s?[’']?|ing)[ -]?(?:licen[cs]e|permit)s?|dl(?=\s?(?:\#|no|number|is|:)))"
    r"(?:\s?(?:number|no\.?|nr\.?|num\.?|id|\#))?(?:\s+(?:is|was|of|number|with|the|my|from|[A-Z]{2}\b)){0,3}[\s:\#=?.,-]*"
    r"\K(?=[A-Z]{0,3}[ -]?(?:[A-Z]?-?\d){4})[A-Z0-9](?:[ -]?[A-Z0-9]){4,18}(?![\w-])",
    regex.I,
)
_WORDS_BEHIND = regex.compile(r"(?:[ -][A-Z]+)+$", regex.I)

# "order number AB-1234", "order #1234", "your order 123456": only when named as such.
_ORDER_NAME = (
    r"\b(?:orders?|invoices?|tickets?|customer|client|account|booking|tracking|confirmation|receipt|rma|case|claim)"
)
_ORDER = regex.compile(
    _ORDER_NAME
    + r"(?:\s*(?:(?:reference\s+)?(?:numbers?|no\b\.?|nr\b\.?|num\b\.?|id\b|ref\b\.?|reference)|\#))"
    + r"(?:\s+(?:is|was))?[\s:\#=]*\K(?=[A-Z_/-]*\d[A-Z_/-]*\d[A-Z_/-]*\d)[A-Z0-9][\w/-]*\w",
    regex.I,
)
_ORDER_BARE = regex.compile(
    r"\b(?:orders?|invoices?|purchase)(?:\s+(?:is|was))?[\s:]+\K(?:[A-Z]{1,4}-?)?\d{5,}(?:-\d+)*(?![\w-])", regex.I
)


def cards(text: str) -> Iterator[Place]:
    """Payment cards: 12 to 19 digits that pass the Luhn check and start as cards do, or are called a card."""
    for match in _CARD.finditer(text):
        digits = "".join(character for character in match.group() if character.isdigit())
        starts = _CARD_START.match(digits) or _CARD_NAMED.search(text[max(0, match.start() - 50) : match.start()])
        if starts and len(set(digits)) > 1 and passes_luhn(digits):
            yield match.span()


def passes_luhn(digits: str) -> bool:
    """The Luhn check of ISO/IEC 7812-1, annex B."""
    numbers = [int(character) for character in digits]
    doubled = [sum(divmod(2 * number, 10)) for number in numbers[-2::-2]]
    return (sum(numbers[-1::-2]) + sum(doubled)) % 10 == 0


def ibans(text: str) -> Iterator[Place]:
    """Bank accounts: the longest part of a match that passes, as a short word behind may look like one more group."""
    for match in _IBAN.finditer(text):
        found = match.group()
        while found and not passes_iban_check(found):
            found = found.rpartition(" ")[0]
        if found:
            yield match.start(), match.start() + len(found)


def passes_iban_check(text: str) -> bool:
    """The check of ISO 13616: moved by four, letters as numbers, modulo 97 is 1."""
    compact = regex.sub("[ -]", "", text).upper()
    if not 15 <= len(compact) <= 34 or not compact.isascii():
        return False
    return int("".join(str(int(character, 36)) for character in compact[4:] + compact[:4])) % 97 == 1


def social_security(text: str) -> Iterator[Place]:
    """Social security numbers of the United States, written with dashes or named.

    The Social Security Administration never gives out area 000, 666 and 900 to 999, group 00 and serial 0000.
    """
    for pattern in (_SSN_NAMED, _SSN):
        for match in pattern.finditer(text):
            area, group, serial = match["area"], match["group"], match["serial"]
            if area not in ("000", "666") and area < "900" and group != "00" and serial != "0000":
                yield match.span()


def driving_licences(text: str) -> Iterator[Place]:
    """Driving licences of the United States, where they are called so."""
    for match in _LICENCE.finditer(text):
        behind = _WORDS_BEHIND.search(match.group())  # "B1234567 and": a word is no group of the number
        yield match.start(), match.start() + behind.start() if behind else match.end()


def orders(text: str) -> Iterator[Place]:
    """Numbers of orders, invoices, tickets, customers and the like, where they are called so."""
    for pattern in (_ORDER, _ORDER_BARE):
        for match in pattern.finditer(text):
            yield match.span()
