"""The team's own voice: a small TOML file that shapes every draft. This is its form, and how it is read."""

from __future__ import annotations

import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

import regex
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator

from actions.links import links
from knowledge.errors import GoodwordError

#: Stands in a greeting for the person's name.
NAME = "{name}"
#: More parts than this nobody reads; a link serves them better.
MOST_PARTS = 5

_Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=80, pattern=r"^[^\n\r]*$")]
_Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=r"^[^\n\r]*$")]


class VoiceError(GoodwordError):
    """The voice file cannot be used. The message names the file, the line and the key."""

    code = "voice"


class Address(StrEnum):
    """How a person is spoken to: by no name, the first one, or formally (by the whole name, without contractions)."""

    NO_NAME = "no name"
    FIRST_NAME = "first name"
    FORMAL = "formal"


class Voice(BaseModel):
    """How the team speaks.

    `greeting` stands before every reply and `sign_off` below it, both as written but for `{name}`. `instead` maps what
    is not said to what is said in its place, `avoid` holds what is not said at all. `parts` is how many numbered parts
    a long answer may have; 1: never more than one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    greeting: _Line = ""
    sign_off: _Line = ""
    address: Address = Address.NO_NAME
    emoji: bool = True
    parts: int = Field(default=1, ge=1, le=MOST_PARTS)
    avoid: tuple[_Phrase, ...] = ()
    instead: dict[_Phrase, _Phrase] = {}

    @field_validator("greeting", "sign_off")
    @classmethod
    def _plain(cls, line: str) -> str:
        if links(line):
            raise ValueError("no link may stand here: it would go out with every reply, unchecked")
        if regex.search(r"[{}]", line.replace(NAME, "")):
            raise ValueError("the only thing that may stand in braces is {name}")
        return line

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if NAME in self.sign_off:
            raise ValueError("sign_off: {name} is the name of the person who is answered; it belongs in the greeting")
        if NAME in self.greeting and self.address is Address.NO_NAME:
            raise ValueError('greeting: it holds {name}, so set address to "first name" or "formal"')
        unsaid = [*self.avoid, *self.instead]
        for wanted in self.instead.values():
            for phrase in unsaid:
                if phrase_pattern(phrase).search(wanted):
                    raise ValueError(f"instead: “{wanted}” is wanted, and “{phrase}” in it is not to be said")
        return self


def phrase_pattern(phrase: str) -> regex.Pattern[str]:
    """A pattern for a phrase as whole words, in either case and with any white space between."""
    words = r"\s+".join(map(regex.escape, phrase.split()))
    return regex.compile(rf"(?<![\w-]){words}(?![\w-])", regex.IGNORECASE)


def read_voice(path: Path) -> Voice:
    """The voice in a TOML file.

    Raises:
        VoiceError: there is no such file, it is no TOML, or a key is unknown or wrong.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not text in UTF-8"
        raise VoiceError(
            f"the voice file {path} cannot be read: {why}", hint="set GOODWORD_VOICE to its path"
        ) from None
    try:
        return Voice.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise VoiceError(f"{path} is not a TOML file: {error}", hint="docs/drafting.md shows one") from None
    except ValidationError as error:
        lines = [_wrong(path, text, one["loc"], one["type"], one["msg"]) for one in error.errors()]
        raise VoiceError("; ".join(lines), hint="docs/drafting.md explains every key") from None


def _wrong(path: Path, text: str, where: tuple[int | str, ...], kind: str, message: str) -> str:
    names = [str(part) for part in where if part != "[key]"]
    said = "unknown key" if kind == "extra_forbidden" else message.removeprefix("Value error, ")
    if not names:  # it is about two keys together: the message begins with the one to look at
        names = [said.partition(":")[0]]
        return f"{path}, {_line(text, names)}{said}"
    return f"{path}, {_line(text, names)}{'.'.join(names)}: {said}"


def _line(text: str, names: list[str]) -> str:
    """`line 7: `, where the line can be told: that of the innermost of the keys that stands at the head of one."""
    for name in reversed(names):
        head = regex.compile(rf"^\s*\[?\s*[\"']?{regex.escape(name)}[\"']?\s*(?:=|\])")
        for number, line in enumerate(text.splitlines(), start=1):
            if head.match(line):
                return f"line {number}: "
    return ""
