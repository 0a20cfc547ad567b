"""Posts, proposals and whole rehearsals to test with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from actions.proposal import Candidate, Check, Proposal, ProposalKind, Sentence, Source, Understanding
from bot.rehearsal.holdings import Holdings
from bot.rehearsal.posts import PastPost, Taken
from bot.rehearsal.report import Rehearsed
from bot.rehearsal.rows import Row

BEGIN = datetime(2025, 1, 1, tzinfo=UTC)


def post(number: int, **changed: Any) -> PastPost:
    values = {
        "id": f"p-{number}",
        "title": f"Title {number}",
        "text": f"How do I do thing {number}?",
        "product": None,
        "created": BEGIN + timedelta(days=number),
    }
    return PastPost(**(values | changed))


def proposal(kind: str = "advise", reason: str = "answered", confidence: float = 0.5, **changed: Any) -> Proposal:
    text = "Do it like this.\nDid it work?" if kind in {"advise", "clarify", "acknowledge"} else ""
    sentences = (Sentence(text="Do it like this.", sources=("article",)), Sentence(text="Did it work?"))
    values: dict[str, Any] = {
        "kind": ProposalKind(kind),
        "reason": reason,
        "reason_text": "Because.",
        "text": text,
        "candidates": (Candidate(label="best", text=text, sentences=sentences),) if text else (),
        "sources": (source("article"), source("other")),
        "confidence": confidence,
        "checks": (Check(name="length", ok=True, note="30 of 500", blocking=True),) if text else (),
        "understanding": Understanding(intent="do", intent_confidence=0.9, outcome="do a thing"),
    }
    return Proposal(**(values | changed))


def source(key: str, **changed: Any) -> Source:
    values = {"entry_id": key, "kind": "usage", "title": f"About {key}", "url": f"https://help.example/kb/{key}"}
    return Source(**(values | {"quote": "Do it like this."} | changed))


def row(number: int, *, ms: float = 100.0, answers: tuple[str, ...] = (), **proposed: Any) -> Row:
    return Row(post(number, answers=answers), ms, proposal(**proposed))


def held(number: int, confidence: float = 0.1, **changed: Any) -> Row:
    return Row(post(number, **changed), 80.0, proposal("hand_off", "no_source", confidence))


def rehearsed(*rows: Row, **changed: Any) -> Rehearsed:
    posts = tuple(each.post for each in rows)
    values: dict[str, Any] = {
        "brand": "Holloway",
        "at": datetime(2026, 1, 2, tzinfo=UTC),
        "taken": Taken("threads.jsonl", None, None, len(posts), posts, ()),
        "holdings": Holdings(("articles.jsonl",), {"usage": 3, "answer": 1}, undated=3),
        "rows": rows,
        "threshold": 0.35,
        "limit": 500,
        "at_once": 4,
        "seconds": {"learning": 12.0, "drafting": 200.0},
    }
    return Rehearsed(**(values | changed))
