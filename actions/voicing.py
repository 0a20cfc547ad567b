"""Putting a draft into the team's own words, and the check that says where a text is not in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import regex

from actions.links import LINK
from actions.patterns import any_of
from actions.proposal import Candidate, Check, TurnContext
from actions.voice import Address, Voice, phrase_pattern

#: Pictures, and the smileys that are typed; ©, ® and ™ are letters of a name.
_EMOJI = regex.compile(
    r"\s?(?:(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F)[\p{EMod}\uFE0F]?"
    r"(?:\u200D\p{Extended_Pictographic}[\p{EMod}\uFE0F]?)*|(?<![\w:])[:;]-?[)(DP](?!\w))"
)
#: What stands in quotes, between backticks or in a link is somebody's own name for a thing.
_NAMED = regex.compile(rf"“[^”\n]*”|\"[^\"\n]*\"|`[^`\n]*`|{LINK.pattern}", regex.IGNORECASE)
_SENTENCE_START = regex.compile(r"(?:^|[.!?:…]\s+|\n\s*)(?:\d{1,2}[.)]\s+)?[\"“(]?$")

#: Contractions that stand for one thing only; "it's" can be "it is" and "it has", and stays.
_CONTRACTED = {
    "can't": "cannot",
    "won't": "will not",
    "shan't": "shall not",
    "let's": "let us",
    "i'm": "I am",
}
_ENDINGS = {"n't": " not", "'re": " are", "'ll": " will", "'ve": " have"}
_CONTRACTION = any_of(r"(can|won|shan)'t|let's|i'm|\p{L}+(n't|'re|'ll|'ve)")
_HELLO = any_of(r"(hi|hello|hey|dear|good (morning|afternoon|evening))(?= ?[\p{L},!.])")


def voiced(candidate: Candidate, voice: Voice | None) -> Candidate:
    """A candidate in the team's own words. Its sentences keep their sources."""
    if voice is None:
        return candidate
    sentences = tuple(one.model_copy(update={"text": in_own_words(one.text, voice)}) for one in candidate.sentences)
    return candidate.model_copy(update={"text": in_own_words(candidate.text, voice), "sentences": sentences})


def in_own_words(text: str, voice: Voice) -> str:
    """The text with the team's words in place of others, without emoji or contractions where the team wants none.

    Names stay as they are: what stands in quotes or links, and a capital inside a sentence ("tap Log in").
    """
    for unwanted, wanted in voice.instead.items():
        text = _swapped(text, phrase_pattern(unwanted), partial(_always, wanted))
    if voice.address is Address.FORMAL:
        text = _swapped(text, _CONTRACTION, _in_full)
    return text if voice.emoji else _EMOJI.sub("", text).strip()


def voice_checks(text: str, turn: TurnContext) -> tuple[Check, ...]:
    """The check `voice`, where the team has one."""
    if turn.voice is None:
        return ()
    note = _out_of_voice(text, turn.voice)
    return (Check(name="voice", ok=not note, note=note),)


def _out_of_voice(text: str, voice: Voice) -> str:
    for phrase in voice.avoid:
        if found := next(_said(text, phrase_pattern(phrase)), None):
            return f"you do not say “{found}”"
    for phrase, wanted in voice.instead.items():
        if found := next(_said(text, phrase_pattern(phrase)), None):
            return f"you say “{wanted}”, not “{found}”"
    if not voice.emoji and (picture := _EMOJI.search(text)):
        return f"you use no emoji: {picture.group().strip()}"
    if voice.address is Address.FORMAL and (short := _CONTRACTION.search(text)):
        return f"you write formally: “{short.group()}”"
    if voice.greeting and _HELLO.match(text.strip()):
        return "it greets twice: your greeting is put before it"
    return ""


def _said(text: str, pattern: regex.Pattern[str]) -> Iterator[str]:
    named = [match.span() for match in _NAMED.finditer(text)]
    for match in pattern.finditer(text):
        inside = any(start <= match.start() < end for start, end in named)
        if not inside and not _is_name(text, match):
            yield match.group()


def _swapped(text: str, pattern: regex.Pattern[str], instead: Callable[[str], str]) -> str:
    named = [match.span() for match in _NAMED.finditer(text)]

    def swap(match: regex.Match[str]) -> str:
        found = match.group()
        if any(start <= match.start() < end for start, end in named) or _is_name(text, match):
            return found
        wanted = instead(found)
        return wanted[:1].upper() + wanted[1:] if found[:1].isupper() else wanted

    return pattern.sub(swap, text)


def _always(wanted: str, found: str) -> str:
    return wanted


def _is_name(text: str, match: regex.Match[str]) -> bool:
    """Whether what was found is written with a capital inside a sentence: then it names a thing ("tap Log in")."""
    return match.group()[:1].isupper() and not _SENTENCE_START.search(text[: match.start()])


def _in_full(found: str) -> str:
    plain = found.lower().replace("’", "'")
    if plain in _CONTRACTED:
        return _CONTRACTED[plain]
    for ending, full in _ENDINGS.items():
        if plain.endswith(ending):
            return found[: -len(ending)] + full
    return found
