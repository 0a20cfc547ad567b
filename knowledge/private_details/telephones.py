"""Telephone numbers: those with a country code, and national ones by their form or by the words around them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import phonenumbers
import regex

Place = tuple[int, int]

# Behind a number: an extension, but no unit and no further digits.
_END = r"(?:[ ]?(?:x|ext\.?|extension)[ ]?\d{1,5})?(?![\w-]|[.,]\d|[ ]?(?:mm|cm|ml|kg|px|GB|MB|KB|%))"
# +44 20 7946 0958, 0049-30-123456, +41 (0)71 526 99 04
_INTERNATIONAL = regex.compile(r"(?<![\w.+-])(?:\+|00)[ ]?[1-9]\d{0,2}(?:[ .\-/]?\(?\d{1,5}\)?){2,6}" + _END, regex.I)
# 541-714-1388, (898)666-3621, 905.674.3793: the North American form
_NORTH_AMERICAN = regex.compile(
    r"(?<![\w.+-])(?:1[ .-])?(?:\([2-9]\d{2}\)[ .-]?|[2-9]\d{2}[ .-])[2-9]?\d{2,3}[ .-]\d{4}" + _END, regex.I
)
# 0487 98 11 92, 020 7946 0958, (02) 1234 5678, 07911123456: a trunk 0 and at least nine digits
_TRUNK = regex.compile(r"(?<![\w.+#-])(?:\(0[1-9]\d{0,3}\)|0[1-9]\d{0,3})(?:[ .\-/]?\d{2,8}){1,4}" + _END, regex.I)
# Any run of digits, where the words before it say that it is a telephone number.
_NAMED = regex.compile(
    r"\b(?:(?:(?:tele)?phone|fax|mobile|cell(?:ular)?|handy|whatsapp|tel|calls?|called|calling|ring|dial(?:l?ed)?)"
    r"(?:\s?(?:number|no\.?|nr\.?|\#))?|(?:my|his|her|our|your|their|contact|registered|desk|office|work|home)\s+number"
    r"|(?:my|his|her|our|your|their)\s+registered|desk(?=:)|office(?=:)"
    r"|(?:text|reach|contact|answer(?:ing)?|sms|messages?|voicemail)(?=\s+(?:me|us|him|her|them|at|on|to|under)\b)"
    r"|(?:text|reach|contact|sms)(?=[ ]\(?\d))"
    r"(?:\s+(?:me|us|him|her|them|is|was|at|on|to|from|under|now|back)\b){0,3}[\s:.=#?-]*\K"
    r"(?:\+\d|\(?\d)(?:[ .\-/()]{0,2}\d){5,14}" + _END,
    regex.I,
)
# 781 1704 office: as people sign their mail (but no ZIP code of five and four digits).
_SIGNED = regex.compile(
    r"(?<![\w.+#-])(?!\d{5}-\d{4}\b)\(?\d(?:[ .\-/()]{0,2}\d){6,14}(?=[ ]?[-(,]?[ ]?"
    r"(?:office|fax|mobile|cell|home|work|direct|desk|tel(?:ephone)?|phone)\b)",
    regex.I,
)
# Behind a telephone number: "… or 51 516 33 75".
_ANOTHER = regex.compile(r"(?:\s*[,;/&]\s*|\s+(?:or|and|to)\s+)\K\(?\d(?:[ .\-/()]{0,2}\d){6,14}" + _END, regex.I)
_DATE = regex.compile(
    r"(?:(?:19|20)\d\d[./ -]\d\d?[./ -]\d\d?|\d\d?[./-]\d\d?[./-](?:19|20)\d\d)(?!\d)",
)

#: Typographers' dashes and spaces, and the digits of other scripts, become what the patterns have: one for one.
_PLAIN = str.maketrans("\u2010\u2011\u2012\u2013\u2014\u00a0\u2007\u2009\u202f\uff0b\uff08\uff09", "-----    +()")
_DIGIT = regex.compile(r"[^\P{Nd}0-9]")


def telephones(text: str) -> Iterator[Place]:
    """Telephone and fax numbers."""
    plain = text if text.isascii() else _DIGIT.sub(_ascii, text.translate(_PLAIN))
    for match in _numbers(plain):
        yield match.span()
        while (another := _ANOTHER.match(plain, match.end())) and _has_digits(another, 7, 15):
            yield another.span()
            match = another


def _ascii(digit: regex.Match[str]) -> str:
    # the pattern's Unicode is newer than Python's: a digit that only it knows counts as some digit
    return str(unicodedata.digit(digit.group(), 0))


def _numbers(plain: str) -> Iterator[regex.Match[str]]:
    for match in _INTERNATIONAL.finditer(plain):
        if _has_digits(match, 8, 17) and _is_possible(match.group()):
            yield match
    for pattern, least, most in ((_NAMED, 6, 15), (_SIGNED, 7, 15), (_NORTH_AMERICAN, 10, 16), (_TRUNK, 9, 13)):
        for match in pattern.finditer(plain):
            if _has_digits(match, least, most):
                yield match


def _has_digits(match: regex.Match[str], least: int, most: int) -> bool:
    digits = sum(character.isdigit() for character in match.group())
    return least <= digits <= most and not _DATE.match(match.group())


def _is_possible(text: str) -> bool:
    """Whether the country has numbers of this length, dialled from abroad: "+20 000 000 readers" is none."""
    try:
        number = phonenumbers.parse("+" + text.removeprefix("00") if text.startswith("00") else text, None)
    except phonenumbers.NumberParseException:
        return False
    reason = phonenumbers.is_possible_number_with_reason(number)
    return bool(reason == phonenumbers.ValidationResult.IS_POSSIBLE)
