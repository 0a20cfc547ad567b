"""Private details out of a text: what is stored, indexed or shown beyond the post itself is masked first.

Masked are things that point at one person or account and have a form that can be recognised. Names and street
addresses have none; they are not masked. Precision matters as much: a version, an error code or a screw size that
became `[phone]` would make an answer useless.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

import regex

_EMAIL = regex.compile(r"(?<![\w.+%-])[\w.+%'-]+@(?:[\w-]+\.)+\p{L}[\w-]+(?![\w-])")
_URL = regex.compile(r"\b(?:https?|ftp)://[^\s<>\"\])]+|\bwww\.[^\s<>\"\])]+", regex.I)
_IBAN = regex.compile(
    r"(?<!\w)[A-Z]{2}\d{2}(?:[A-Z0-9]{11,30}|(?:[ -][A-Z0-9]{4}){2,7}(?:[ -][A-Z0-9]{1,3})?)(?!\w)", regex.I
)
_CARD = regex.compile(r"(?<![\w.-])\d(?:[ -]?\d){11,18}(?![\w-])")
_SSN = regex.compile(r"(?<![\w.-])\d{3}-\d{2}-\d{4}(?![\w-])")
_SSN_NAMED = regex.compile(
    r"\b(?:ssn|social security(?: number| no\.?)?)(?:\s+(?:is|was))?[\s:#]*\K\d{3}[ -]?\d{2}[ -]?\d{4}(?!\d)", regex.I
)
_IPV4 = regex.compile(r"(?<![\w.-])(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)")
_IPV6 = regex.compile(r"(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])", regex.I)
_VERSION_BEFORE = regex.compile(
    r"(?:\bv|\bver|\bversions?|\bbuild|\brelease|\bfirmware|\bfw|\bdriver|\bupdated? to|\bupgraded? to)"
    r"[\s.:=(]*$",
    regex.I,
)

# "order number AB-1234", "order #1234", "your order 123456": only when named as such.
_ORDER_NAME = (
    r"\b(?:orders?|invoices?|tickets?|customer|client|account|booking|tracking|confirmation|receipt|rma|case|claim)"
)
_ORDER = regex.compile(
    _ORDER_NAME
    + r"(?:\s*(?:(?:reference\s+)?(?:numbers?|no\b\.?|nr\b\.?|num\b\.?|id\b|ref\b\.?|reference)|\#))"
    + r"(?:\s+(?:is|was))?[\s:\#=]*\K(?=[\w/-]*\d[\w/-]*\d[\w/-]*\d)[A-Z0-9][\w/-]*\w",
    regex.I,
)
_ORDER_BARE = regex.compile(
    r"\b(?:orders?|invoices?|purchase)(?:\s+(?:is|was))?[\s:]+\K(?:[A-Z]{1,4}-?)?\d{5,}(?:-\d+)*(?![\w-])", regex.I
)

_PHONE_END = r"(?:[ ]?(?:x|ext\.?|extension)[ ]?\d{1,5})?(?![\w-]|[.,]\d|[ ]?(?:mm|cm|ml|kg|px|GB|MB|KB|%))"
# +44 20 7946 0958, 0049-30-123456, +41 (0)71 526 99 04
_PHONE_INTERNATIONAL = regex.compile(
    r"(?<![\w.+-])(?:\+|00)[ ]?[1-9]\d{0,2}(?:[ .\-/]?\(?\d{1,5}\)?){2,6}" + _PHONE_END, regex.I
)
# 541-714-1388, (898)666-3621, 905.674.3793: the North American form
_PHONE_NANP = regex.compile(
    r"(?<![\w.+-])(?:1[ .-])?(?:\([2-9]\d{2}\)[ .-]?|[2-9]\d{2}[ .-])[2-9]?\d{2,3}[ .-]\d{4}" + _PHONE_END, regex.I
)
# 0487 98 11 92, 020 7946 0958, (02) 1234 5678, 07911123456: a trunk 0 and at least nine digits
_PHONE_TRUNK = regex.compile(
    r"(?<![\w.+#-])(?:\(0[1-9]\d{0,3}\)|0[1-9]\d{0,3})(?:[ .\-/]?\d{2,8}){1,4}" + _PHONE_END, regex.I
)
# Any run of digits, where the words before it say that it is a telephone number.
_PHONE_NAMED = regex.compile(
    r"\b(?:(?:(?:tele)?phone|fax|mobile|cell|whatsapp|tel|call|ring|dial)"
    r"(?:\s?(?:number|no\.?|nr\.?))?|(?:my|his|her|our|your)\s+number"
    r"|(?:text|reach|contact|answer(?:ing)?|sms|messages?)(?=\s+(?:me|us|him|her|them|at|on|to|under)\b))"
    r"(?:\s+(?:me|us|him|her|them|is|was|at|on|to|under|now|back)\b){0,3}[\s:.=#]*\K"
    r"(?:\+\d|\(?\d)(?:[ .\-/()]{0,2}\d){5,14}" + _PHONE_END,
    regex.I,
)

#: Lengths and first digits of the card schemes (ISO/IEC 7812 ranges in use): keeps bar codes and time stamps out.
_CARD_START = regex.compile(r"3[0-9]|4|5|6|2[2-7]|1800|2131")


def mask(text: str) -> str:
    """The text with e-mail addresses, telephone, card, bank account, social security and order numbers and IP
    addresses replaced by `[email]`, `[phone]`, `[card]`, `[iban]`, `[ssn]`, `[order number]` and `[ip]`.

    Masking a masked text changes nothing. Runs in time linear in practice: 200,000 characters take well under a second.
    """
    # To a fixed point: a replacement may bring two things together that read as a third. Each round uses up an @ or
    # a digit, so it ends.
    while (masked := _once(text)) != text:
        text = masked
    return text


def _once(text: str) -> str:
    if "@" in text:
        text = _EMAIL.sub("[email]", text)
    if not any(character.isdigit() for character in text) and "::" not in text:
        return text
    parts: list[str] = []
    end = 0
    for url in _URL.finditer(text):  # digits in a link are part of the link: a question's id is no telephone number
        parts += [_numbers(text[end : url.start()]), url.group()]
        end = url.end()
    return "".join([*parts, _numbers(text[end:])])


def _numbers(text: str) -> str:
    text = _ORDER.sub("[order number]", text)
    text = _ORDER_BARE.sub("[order number]", text)
    text = _IBAN.sub(_iban, text)
    text = _CARD.sub(_when(_is_card, "[card]"), text)
    text = _SSN_NAMED.sub("[ssn]", text)
    text = _SSN.sub("[ssn]", text)
    text = _IPV4.sub(_when(_is_address, "[ip]"), text)
    text = _IPV6.sub(_when(_is_address, "[ip]"), text)
    text = _PHONE_INTERNATIONAL.sub(_when(_has_digits(8, 17), "[phone]"), text)
    text = _PHONE_NAMED.sub(_when(_has_digits(6, 15), "[phone]"), text)
    text = _PHONE_NANP.sub(_when(_has_digits(10, 16), "[phone]"), text)
    text = _PHONE_TRUNK.sub(_when(_has_digits(9, 13), "[phone]"), text)
    return text


def _when(test: Callable[[regex.Match[str]], bool], label: str) -> Callable[[regex.Match[str]], str]:
    return lambda match: label if test(match) else match.group()


def _has_digits(least: int, most: int) -> Callable[[regex.Match[str]], bool]:
    def test(match: regex.Match[str]) -> bool:
        digits = sum(character.isdigit() for character in match.group())
        return least <= digits <= most and not _is_date(match.group())

    return test


def _is_date(text: str) -> bool:
    """2024-01-01 10 20 and 01.02.2024 12: a date or a time stamp, however it goes on."""
    return (
        regex.match(r"(?:(?:19|20)\d\d[./ -]\d\d?[./ -]\d\d?|\d\d?[./-]\d\d?[./-](?:19|20)\d\d)(?!\d)", text)
        is not None
    )


def _is_card(match: regex.Match[str]) -> bool:
    """The Luhn check of ISO/IEC 7812-1, annex B, on a number that starts as cards do."""
    digits = [int(character) for character in match.group() if character.isdigit()]
    if not _CARD_START.match("".join(map(str, digits))) or len(set(digits)) == 1:
        return False
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _iban(match: regex.Match[str]) -> str:
    """`[iban]` for the longest part of the match that is one: a short word behind it may look like one more group."""
    found, behind = match.group(), ""
    while True:
        if _is_iban(found):
            return "[iban]" + behind
        head, gap, tail = found.rpartition(" ")
        if not gap:
            return match.group()
        found, behind = head, gap + tail + behind


def _is_iban(text: str) -> bool:
    """The check of ISO 13616: moved by four, letters as numbers, modulo 97 is 1."""
    compact = regex.sub("[ -]", "", text).upper()
    if not 15 <= len(compact) <= 34 or not compact.isascii():
        return False
    return int("".join(str(int(character, 36)) for character in compact[4:] + compact[:4])) % 97 == 1


def _is_address(match: regex.Match[str]) -> bool:
    """An IP address that can point at somebody: not loopback, not a net mask, not a version number."""
    found = match.group()
    try:
        address = ipaddress.ip_address(found)
    except ValueError:
        return False
    if address.is_loopback or address.is_unspecified:
        return False
    if address.version == 6:
        # "std::x", "a::b" and times have the form too; a real address has digits and more than a few characters.
        return len(found) >= 6 and any(character.isdigit() for character in found)
    if found.startswith("255."):
        return False
    return _VERSION_BEFORE.search(match.string[max(0, match.start() - 24) : match.start()]) is None
