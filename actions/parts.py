"""A long answer as numbered parts, where the team allows them: cut between lines and sentences, never within."""

from __future__ import annotations

import regex

from actions.counting import length
from actions.proposal import TurnContext
from actions.sentences import split

_STEP = regex.compile(r"^\d{1,2}[.)]\s")


def parts(text: str, turn: TurnContext) -> tuple[str, ...]:
    """The text as it is sent: whole where it fits, else in as few numbered parts ("1/3 …") as it takes.

    Where the team allows no parts, or not so many, or a sentence alone is too long, the text comes back whole: it is
    too long, and the check of the length says so. Each part leaves `turn.reserved` free, for each mentions the person.
    """
    most = turn.voice.parts if turn.voice else 1
    room = turn.channel.limit - turn.reserved
    if length(text, turn.channel) <= room or most < 2:
        return (text,)
    # No number has more than one digit, so "1/3 " takes four characters everywhere.
    fewest = _filled(text, room - 4, turn)
    if not fewest or len(fewest) > most:
        return (text,)
    if len(fewest) == 1:  # it was only its empty lines that were too many
        return (fewest[0],)
    even = fewest
    for share in range(95, 0, -5):  # as even as can be: a last part of five words looks like a mistake
        tried = _filled(text, (room - 4) * share // 100, turn)
        if not tried or len(tried) > len(fewest):
            break
        even = tried
    return tuple(f"{number}/{len(even)} {part}" for number, part in enumerate(even, start=1))


def longest(text: str, turn: TurnContext) -> int:
    """The length of the longest part, in the channel's own count, without what stands around it."""
    return max(length(part, turn.channel) for part in parts(text, turn))


def _filled(text: str, room: int, turn: TurnContext) -> list[str]:
    """Parts filled up in order; none where a piece is longer than the room."""
    found: list[str] = []
    for before, piece in _pieces(text):
        if length(piece, turn.channel) > room:
            return []
        longer = f"{found[-1]}{before}{piece}" if found else piece
        if found and length(longer, turn.channel) <= room:
            found[-1] = longer
        else:
            found.append(piece)
    return found


def _pieces(text: str) -> list[tuple[str, str]]:
    """What may stand in different parts, each with what stands before it: steps are whole, a line that leads into
    others ("To hang a shelf:") stays with the next."""
    pieces: list[tuple[str, str]] = []
    lead = ""
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.endswith(":"):
            lead = f"{lead}{line}\n"
            continue
        first, *others = [line] if _STEP.match(line) else split(line)
        pieces.append(("\n", lead + first))
        pieces += [(" ", other) for other in others]
        lead = ""
    return [*pieces, ("\n", lead.strip())] if lead else pieces
