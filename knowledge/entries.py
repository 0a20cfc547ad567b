"""An entry: one piece of knowledge, as it is stored, found and cited."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class EntryKind(StrEnum):
    """What an entry is (the words are those of the design)."""

    USAGE = "usage"
    ANSWER = "answer"
    NOTICE = "notice"
    CAPABILITY = "capability"
    REFERENCE = "reference"


class EntryStatus(StrEnum):
    """Only what is `live` is found. `draft` was never used for replies; `disputed` is out of use, from the next search
    on, until somebody has looked whether it is right; `retired` is gone."""

    DRAFT = "draft"
    LIVE = "live"
    DISPUTED = "disputed"
    RETIRED = "retired"


@dataclass(frozen=True)
class Entry:
    """One piece of knowledge. All text in it is masked: no private detail of anybody.

    `id` is the source's own stable id (a file's slug, a thread's id, `answer-<publication>`): importing the same id
    again is an update, never a second entry.
    `question` is what the person asked (title and text), only for `answer`; `text` is the article or the answer.
    `created_at` is when it was written in public; None for an undated article, which counts as always known.
    `cites` holds ids or urls of usage entries that an answer linked to.
    `language` is a code such as `en` or `pt-BR`, empty where nobody said; `audience` is whom it is for, in the team's
    own words.
    `written_by` is `human` or `assistant` (drafted by us and approved unchanged).
    `drawn_from` holds the ids of the entries that a published draft rested on (it adds no vote for those).
    """

    id: str
    kind: EntryKind
    title: str
    text: str
    question: str = ""
    url: str | None = None
    product: str | None = None
    platform: str | None = None
    features: tuple[str, ...] = ()
    language: str = ""
    audience: str | None = None
    status: EntryStatus = EntryStatus.LIVE
    owner: str | None = None
    created_at: datetime | None = None
    review_at: datetime | None = None
    cites: tuple[str, ...] = ()
    written_by: str = "human"
    drawn_from: tuple[str, ...] = ()
    source: str = ""
    meta: dict[str, str] = field(default_factory=dict)
