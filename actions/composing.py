"""A draft written by the team's language model from the extract's own sources, and looked at sentence by sentence."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import regex

from actions.brief import Brief, WrittenReply, WrittenSentence, brief
from actions.counting import length
from actions.echo import ours_to_say
from actions.faithful import HOST, unfaithful
from actions.links import LINK, links
from actions.opening import closing
from actions.overlap import words
from actions.proposal import Candidate, Check, Sentence, TurnContext, Understanding, Writing
from actions.visible import visible
from actions.writer import Writer, WriterFailed
from knowledge.masking import mask
from knowledge.results import Hit

#: Fewer characters than this are no reply worth asking a model for.
LEAST_ROOM = 120
#: What stands before the link, and what where something was cut.
_MORE, _REST = "More: ", "Read it all here: "
_STEP = regex.compile(r"^\d{1,2}[.)]\s")


@dataclass(frozen=True)
class Written:
    """What came of asking the model: a candidate where its draft may be used so far, and what to tell the reviewer."""

    writing: Writing
    candidate: Candidate | None = None


async def write(
    writer: Writer, turn: TurnContext, understanding: Understanding, hits: Sequence[Hit], extract: Candidate
) -> Written:
    """Ask for a draft from the hits that the extracts rest on, and keep it only if every sentence stands in its source.

    Link and closing question are not left to the model: they are the extract's. Never raises for what the model does.
    """
    if turn.calls_left < 1:
        return _unused(writer, "this hour's calls are spent", calls=0)
    end = [*(f"{_MORE}{link}" for link in links(extract.text)[-1:]), closing(understanding)]
    room = turn.channel.limit - turn.reserved - length("\n".join(["", *end]), turn.channel) - len(_REST) + len(_MORE)
    if room < LEAST_ROOM:
        return _unused(writer, "the channel leaves too little room", calls=0)
    asked = await asyncio.to_thread(brief, turn, understanding, hits, room)
    try:
        reply = _seen(await writer.write(asked))
    except WriterFailed as error:
        return _unused(writer, str(error))
    wrong = await asyncio.to_thread(_wrong, reply, asked, turn, understanding)
    if wrong:
        return _unused(writer, wrong)
    fit = _that_fit(reply.sentences, room, turn) if links(end[0]) else reply.sentences
    if len(fit) < len(reply.sentences):
        end[0] = end[0].replace(_MORE, _REST, 1)
    return Written(Writing(model=writer.model, used=True, calls=1), _candidate(fit, asked, end, extract))


def rejected(written: Written, checks: Iterable[Check]) -> Writing:
    """What the reviewer is told where the finished draft fails a check."""
    failed = "; ".join(f"{check.name.replace('_', ' ')}: {check.note}".rstrip(": ") for check in checks if not check.ok)
    return written.writing.model_copy(update={"used": False, "note": _safe(f"it does not pass a check ({failed})")})


def _unused(writer: Writer, note: str, calls: int = 1) -> Written:
    return Written(Writing(model=writer.model, used=False, note=_safe(note), calls=calls))


def _safe(note: str) -> str:
    """A note may quote what a model made up: that is masked, and no address in it is put before a reviewer to click."""
    return mask(HOST.sub("[link]", LINK.sub("[link]", note)))


def _seen(reply: WrittenReply) -> WrittenReply:
    """The reply as a reader sees it, each sentence on one line."""
    said = [one.model_copy(update={"text": " ".join(visible(one.text).split())}) for one in reply.sentences]
    return WrittenReply(sentences=said)


def _wrong(reply: WrittenReply, asked: Brief, turn: TurnContext, understanding: Understanding) -> str:
    """What is wrong with a written reply, as the reviewer reads it; '' where every sentence stands in its source."""
    own_words = " ".join(turn.voice.instead.values()) if turn.voice else ""
    for number, sentence in enumerate(reply.sentences):
        source = asked.sources.get(sentence.source)
        if source is None:
            return "it names a source that was not given"
        if sentence.text.rstrip().endswith("?"):
            return "it asks something of its own"
        # only the first may take up the person's own words, as far as they are ours to say: it names what they want
        wanted = ours_to_say(understanding.outcome, words(f"{source.title} {source.text}")) if number == 0 else ""
        known = f"{wanted} {own_words}"
        why = unfaithful(sentence.text, source, known)
        if why:
            return f"{why}: “{_short(sentence.text)}”"
    return ""


def _that_fit(said: Sequence[WrittenSentence], room: int, turn: TurnContext) -> Sequence[WrittenSentence]:
    """The sentences from the first on that fit: models seldom keep to a length. All of them where less than half does,
    which the check of the length then turns down."""
    fit = list(said)
    while fit and length(_put_together(fit), turn.channel) > room:
        fit.pop()
    return fit if len(fit) * 2 >= len(said) else said


def _put_together(said: Sequence[WrittenSentence]) -> str:
    """The sentences as one text, each step on a line of its own."""
    text = ""
    for one in said:
        apart = "\n" if _STEP.match(one.text) or _STEP.match(text.rpartition("\n")[2]) else " "
        text = f"{text}{apart}{one.text}" if text else one.text
    return text


def _candidate(fit: Sequence[WrittenSentence], asked: Brief, end: list[str], extract: Candidate) -> Candidate:
    said = [Sentence(text=one.text, sources=(asked.sources[one.source].id,)) for one in fit]
    linked = next((one.sources for one in reversed(extract.sentences) if links(one.text)), ())
    tail = [Sentence(text=line, sources=linked if links(line) else ()) for line in end]
    return Candidate(label="written", text="\n".join([_put_together(fit), *end]), sentences=(*said, *tail))


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57].rstrip() + "…"
