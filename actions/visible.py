"""Texts as a reader sees them: without what is hidden in them, and folded so that a disguised word is the word."""

from __future__ import annotations

import unicodedata

import regex

# The English, Scottish and Welsh flags are a black flag and tag characters: the only honest use of these.
_FLAG = r"\U0001F3F4[\U000E0061-\U000E007A]{3,5}\U000E007F"
# Joiners hold emoji together, and letters of scripts that join; between others they only split words.
_JOINER = (
    r"(?<![\p{Extended_Pictographic}\uFE0F\p{EMod}\p{Arabic}\p{Syriac}\p{Mongolian}\p{InSC=Virama}])[\u200C\u200D]"
)
_HIDDEN = regex.compile(
    rf"(?P<flag>{_FLAG})|{_JOINER}"
    r"|[\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\u3164"
    r"\uFE00-\uFE0D\uFEFF\uFFA0\uFFF9-\uFFFB\U0001D173-\U0001D17A\U000E0000-\U000E0FFF]"
    r"|[\x00-\x08\x0B-\x1F\x7F-\x84\x86-\x9F]|(?<=[\uFE0E\uFE0F])[\uFE0E\uFE0F]+"
)
_LINE_ENDS = regex.compile(r"\r\n?|[\u0085\u2028\u2029]")

#: Letters of other scripts that a reader takes for Latin ones (Unicode's confusables, the whole-letter ones of the two
#: scripts that are used for it).
_LOOK_ALIKE = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеѕіјкорсухһԁԛԝ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορυ",
    "ABESIJKMHOPCTYXaesijkopcyxhdqw" + "ABEZHIKMNOPTYXaikvopu",
)
#: Digits and marks that stand for letters, within a word that has letters too.
_FOR_LETTERS = str.maketrans("013457@$", "oleastas")
_DISGUISED = regex.compile(r"(?<![\p{L}\p{N}@$])(?=[\p{L}\p{N}@$]*\p{Ll})[\p{L}\p{N}@$]*[013457@$][\p{L}\p{N}@$]*")


def visible(text: str) -> str:
    """The text without characters that no reader sees: zero widths, changes of direction, tags, controls.

    Emoji, flags and the joiners of scripts that join are kept. Idempotent.
    """
    return _HIDDEN.sub(lambda match: match["flag"] or "", _LINE_ENDS.sub("\n", text))


def folded(text: str) -> str:
    """The text for looking for words in it, never for showing: visible, in compatibility form (NFKC), and with letters
    of other scripts that look like Latin ones as these."""
    return unicodedata.normalize("NFKC", visible(text)).translate(_LOOK_ALIKE)


def spelt_plainly(text: str) -> str:
    """A folded text with digits in words as the letters they stand for: `1gnore` and `pr0mpt`."""
    return _DISGUISED.sub(lambda match: match.group().replace("1", "i").translate(_FOR_LETTERS), folded(text))
