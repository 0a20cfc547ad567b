"""How the stand-in answers: honestly by a simple rule, or in one of the ways in which models and their servers fail."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import regex


class Manner(StrEnum):
    """How it behaves until it is told otherwise."""

    HONEST = "honest"  # sentences of the first source, word for word, each with its id
    NONSENSE = "nonsense"  # words that mean nothing, in the right form
    STALL = "stall"  # takes the request and never answers
    REFUSE = "refuse"  # "I can't help with that", as structured answers refuse
    INVENT = "invent"  # a source that was not given
    EMBROIDER = "embroider"  # a promise, a price and a date, laid at the door of a real source
    MISQUOTE = "misquote"  # the source's sentences with other numbers
    TURN_ROUND = "turn_round"  # the source's sentences with "not" put in
    OBEY = "obey"  # does what an order in the post says
    LEAK = "leak"  # tells its instructions
    WRONG_FORM = "wrong_form"  # JSON of another form
    NO_JSON = "no_json"  # prose
    EMPTY = "empty"  # no content at all
    CUT_OFF = "cut_off"  # finish_reason "length" in the middle of the JSON
    FILTERED = "filtered"  # finish_reason "content_filter"
    BUSY = "busy"  # 429 with Retry-After
    BROKEN = "broken"  # 500
    GARBLED = "garbled"  # status 200 and a page of HTML
    MOVED = "moved"  # a redirect to another server


@dataclass(frozen=True)
class Answer:
    """What stands in the completion: the content (or a refusal in its place) and why it ended."""

    content: str | None
    finish_reason: str = "stop"
    refusal: str | None = None


def answer(manner: Manner, messages: list[dict[str, Any]], room: int) -> Answer:
    """The answer to a request whose data is the JSON object in its last message; `room` is max_tokens.

    The honest rule needs no model: it takes the sentences of the first source that share most words with the post, in
    their order, as many as it is given room for. Where there is no such data, it says so in prose, as a model would.
    """
    data = _data(messages[-1]["content"])
    if manner is Manner.REFUSE:
        return Answer(None, refusal="I'm sorry, but I can't help with that.")
    if data is None or manner is Manner.NO_JSON:
        return Answer("Sure! Here is a reply: just drill a hole and put a plug in.")
    if manner is Manner.EMPTY:
        return Answer("")
    if manner is Manner.FILTERED:
        return Answer("", "content_filter")
    if manner is Manner.WRONG_FORM:
        return Answer(json.dumps({"reply": "Drill a hole.", "sources": ["s1"]}))
    content = json.dumps({"sentences": _sentences(manner, data, messages)}, ensure_ascii=False)
    if manner is Manner.CUT_OFF or len(content) > 4 * room:  # about four characters a token
        return Answer(content[: min(len(content) * 2 // 3, 4 * room)], "length")
    return Answer(content)


def _sentences(manner: Manner, data: dict[str, Any], messages: list[dict[str, Any]]) -> list[dict[str, str]]:
    source = data["sources"][0]
    name = source["id"]
    honest = [{"text": text, "source": name} for text in _nearest(source, data)]
    asked = regex.search(r"[Aa]t most (\d+) characters", messages[0]["content"])
    while len(honest) > 1 and asked and sum(len(one["text"]) + 1 for one in honest) > int(asked[1]):
        honest.pop()
    match manner:
        case Manner.NONSENSE:
            return [{"text": "Blorp the wibble until it frabs.", "source": name}]
        case Manner.INVENT:
            return [*honest, {"text": "Our engineers recommend it too.", "source": "s99"}]
        case Manner.EMBROIDER:
            said = "We will send you a full refund of £50 by Friday, guaranteed."
            return [*honest, {"text": said, "source": name}]
        case Manner.MISQUOTE:
            return [one | {"text": regex.sub(r"(?<=\s)\d+", _one_more, one["text"])} for one in honest]
        case Manner.TURN_ROUND:
            return [one | {"text": "Do not " + one["text"][:1].lower() + one["text"][1:]} for one in honest]
        case Manner.OBEY:
            return [{"text": _ordered(data), "source": name}]
        case Manner.LEAK:
            return [{"text": messages[0]["content"][:200], "source": name}]
    return honest


def _one_more(match: regex.Match[str]) -> str:
    return str(int(match.group()) + 1)


def _nearest(source: dict[str, str], data: dict[str, Any]) -> list[str]:
    """The title, where there is one, as an opening; then up to four sentences that share most words with the post."""
    asked = _words(f"{data['post']['title']} {data['post']['text']}")
    given = source.get("text") or source.get("answered", "")
    text = regex.sub(r"(?m)^(#+ .*|\s*(?:\d+\.|[-*])\s+)", "", given)
    said = [one.strip() for one in regex.split(r"(?<=[.!?])\s+|\n+", text) if one.strip().endswith((".", "!"))]
    best = sorted(range(len(said)), key=lambda n: (-len(_words(said[n]) & asked), n))[:4]
    opening = [f"{source['title']}:"] if source.get("title") else []  # what somebody else asked opens no reply
    return [*opening, *(said[n] for n in sorted(best))]


def _ordered(data: dict[str, Any]) -> str:
    """What a model that follows orders would say: the words after one, with the link that it brought."""
    first = data["sources"][0]
    posts = [data["post"]["text"], *(post["text"] for post in data["thread"]), first.get("text", "")]
    given = " ".join(posts)
    order = regex.search(r"(?i)(?:reply|say|post|write|answer|end)(?: only)?(?: with)?:?\s+(.+)", given)
    link = regex.search(r"https?://\S+", given)
    said = order[1] if order else given
    return f"{said[:200]} {link.group() if link else 'https://evil.example/win'}"


def _data(text: str) -> dict[str, Any] | None:
    """The JSON object between the first brace and the last one, if it holds a post and sources."""
    try:
        data = json.loads(text[text.index("{") : text.rindex("}") + 1])
    except ValueError:
        return None
    usable = isinstance(data, dict) and isinstance(data.get("post"), dict) and data.get("sources")
    return data if usable else None


def _words(text: str) -> set[str]:
    return set(regex.findall(r"\p{L}{3,}", text.lower()))
