"""The thread export: public support threads, each a question with its answers, becoming one past answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from knowledge.entries import Entry, EntryKind
from knowledge.passages import sentences
from knowledge.reading.fields import BadField, identifier, label, moment, prose

#: An address of an article: everything behind /kb/ up to a query, a fragment or a closing mark is its slug.
_ARTICLE = re.compile(r"https?://[^\s/]+/(?:[a-z]{2,3}(?:-[A-Za-z]+)?/)?kb/([\w%-]+)", re.I)
#: Fewer words than this, questions aside, help nobody ("Which version?", "See above").
_LEAST_WORDS = 12


@dataclass(frozen=True)
class _Answer:
    text: str
    created: datetime
    links: tuple[str, ...]


def thread(record: dict[str, Any], source: str) -> Entry | None:
    """`{id, created, product, topic, title, text, author, answers: [{created, author, by_asker, text}]}` as an entry.

    The answer is the first by somebody else than the asker that is more than a counter-question; None where there is
    none. `cites` are the slugs of the articles that any helper linked; `meta["cited:SLUG"]` says since when, so that a
    search "as of" an earlier day does not count a link written later. Votes and solved marks are not read: they may
    be later than the question at hand.

    Raises:
        BadField: a field is missing or not what it should be.
    """
    helpers = _helpers(record)
    best = next((helper for helper in helpers if _helps(helper)), None)
    question = "\n".join(part for part in (prose(record, "title"), prose(record, "text")) if part)
    if not question:
        raise BadField("`title` and `text` are both missing or empty")
    key = identifier(record)
    asked = moment(record, "created", required=True)
    if best is None:
        return None
    cited: dict[str, datetime] = {}
    for helper in helpers:
        for slug in helper.links:
            cited[slug] = min(helper.created, cited.get(slug, helper.created))
    topic = label(record, "topic")
    return Entry(
        id=key,
        kind=EntryKind.ANSWER,
        title=prose(record, "title") or question.partition("\n")[0][:120],
        text=best.text,
        question=question,
        product=label(record, "product"),
        features=(topic,) if topic and topic != "other" else (),
        created_at=best.created,
        cites=tuple(cited),
        source=source,
        meta={"asked_at": asked.isoformat() if asked else ""}
        | {f"cited:{slug}": when.isoformat() for slug, when in cited.items()},
    )


def _helpers(record: dict[str, Any]) -> list[_Answer]:
    answers = record.get("answers")
    if not isinstance(answers, list):
        raise BadField("`answers` must be a list")
    found: list[_Answer] = []
    for position, item in enumerate(answers, 1):
        if not isinstance(item, dict):
            raise BadField(f"`answers` holds something that is no answer (number {position})")
        author = item.get("author")
        if item.get("by_asker") is True or (author is not None and author == record.get("author")):
            continue
        text = prose(item, "text")
        created = moment(item, "created", required=True)
        if text and created:
            found.append(_Answer(text, created, tuple(dict.fromkeys(_slug(url) for url in _ARTICLE.findall(text)))))
    return sorted(found, key=lambda helper: helper.created)


def _slug(found: str) -> str:
    return found.rstrip("_-").lower()


def _helps(helper: _Answer) -> bool:
    if helper.links:
        return True
    said = [sentence for sentence in sentences(helper.text) if not sentence.rstrip("\"')").endswith("?")]
    return sum(len(sentence.split()) for sentence in said) >= _LEAST_WORDS
