"""The thread export: public support threads, each a question with its answers, becoming one past answer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from knowledge.entries import Entry, EntryKind
from knowledge.passages import sentences
from knowledge.reading.asked_back import KEY, MOST, asked_back
from knowledge.reading.fields import BadField, identifier, label, moment, prose

#: An address of an article: everything behind /kb/ up to a query, a fragment or a closing mark is its slug.
_ARTICLE = re.compile(r"https?://[^\s/]+/(?:[a-z]{2,3}(?:-[A-Za-z]+)?/)?kb/([\w%-]+)", re.I)
#: An address of a thread: what stands behind /questions/.
_THREAD = re.compile(r"https?://[^\s/]+/(?:[a-z]{2,3}(?:-[A-Za-z]+)?/)?questions/([\w-]+)", re.I)
#: Fewer words than this, questions aside, help nobody ("Which version?", "See above").
_LEAST_WORDS = 12


@dataclass(frozen=True)
class _Answer:
    text: str
    created: datetime
    links: tuple[str, ...]
    threads: tuple[str, ...]


def thread(record: dict[str, Any], source: str) -> Entry | None:
    """`{id, created, product, topic, title, text, author, answers: [{created, author, by_asker, text}]}` as an entry.

    The answer is the first by somebody else than the asker that is more than a counter-question; None where there is
    none. `cites` are the slugs of the articles that any helper linked; `meta["cited:SLUG"]` says since when, so that a
    search "as of" an earlier day does not count a link written later; `meta["linked:ID"]` says the same of other
    threads that a helper pointed at; `meta["asked_back"]` holds what helpers asked before they could answer. Votes and
    solved marks are not read: they may be later than the question at hand.

    Raises:
        BadField: a field is missing or not what it should be.
    """
    helpers = _helpers(record)
    best = next((helper for helper in helpers if _helps(helper)), None)
    asked = _asked(record, source, helpers)
    if best is None:
        return None
    cited = _since((slug, helper.created) for helper in helpers for slug in helper.links)
    questions = _asked_back(helpers, best)
    return replace(
        asked,
        text=best.text,
        created_at=best.created,
        cites=tuple(cited),
        meta=asked.meta
        | {f"cited:{slug}": when.isoformat() for slug, when in cited.items()}
        | ({KEY: "\n".join(questions)} if questions else {}),
    )


def _asked_back(helpers: list[_Answer], best: _Answer) -> list[str]:
    """What helpers asked before the answer or in it."""
    before = (helper for helper in helpers if helper.created <= best.created)
    return list(dict.fromkeys(question for helper in before for question in asked_back(helper.text)))[:MOST]


def question(record: dict[str, Any], source: str) -> Entry:
    """A thread as it was asked, answered or not: no answer's text, and `created_at` is when it was asked. Of its
    answers it knows only which other threads they point at, and since when.

    Raises:
        BadField: a field is missing or not what it should be.
    """
    return _asked(record, source, _helpers(record))


def _asked(record: dict[str, Any], source: str, helpers: list[_Answer]) -> Entry:
    title, text = prose(record, "title"), prose(record, "text")
    if not title and not text:
        raise BadField("`title` and `text` are both missing or empty")
    key = identifier(record)
    asked = moment(record, "created", required=True)
    linked = _since((name, helper.created) for helper in helpers for name in helper.threads if name != key)
    topic = label(record, "topic")
    return Entry(
        id=key,
        kind=EntryKind.ANSWER,
        title=title or text.partition("\n")[0][:120],
        text="",
        question="\n".join(part for part in (title, text) if part),
        product=label(record, "product"),
        features=(topic,) if topic and topic != "other" else (),
        created_at=asked,
        source=source,
        meta={"asked_at": asked.isoformat() if asked else ""}
        | {f"linked:{name}": when.isoformat() for name, when in linked.items()},
    )


def _since(links: Iterable[tuple[str, datetime]]) -> dict[str, datetime]:
    """When each name was first linked."""
    first: dict[str, datetime] = {}
    for name, when in links:
        first[name] = min(when, first.get(name, when))
    return first


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
            slugs = tuple(dict.fromkeys(_slug(url) for url in _ARTICLE.findall(text)))
            found.append(_Answer(text, created, slugs, tuple(dict.fromkeys(_THREAD.findall(text)))))
    return sorted(found, key=lambda helper: helper.created)


def _slug(found: str) -> str:
    return found.rstrip("_-").lower()


def _helps(helper: _Answer) -> bool:
    return bool(helper.links) or says_enough(helper.text)


def says_enough(text: str) -> bool:
    """Whether a reply tells something: more than a greeting, a thank-you or a question back."""
    said = [sentence for sentence in sentences(text) if not sentence.rstrip("\"')").endswith("?")]
    return sum(len(sentence.split()) for sentence in said) >= _LEAST_WORDS
