"""What became of each post: one row, one line of proposals.jsonl."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from actions.proposal import Proposal, ProposalKind
from bot.rehearsal.posts import PastPost
from knowledge.errors import GoodwordError

#: The kind of a post for which no proposal came about.
FAILED = "error"
#: Kinds that come with a draft.
DRAFTED = (ProposalKind.ADVISE.value, ProposalKind.CLARIFY.value, ProposalKind.ACKNOWLEDGE.value)


@dataclass(frozen=True)
class Row:
    """A post and its proposal, or why there is none. `ms` is how long the assistant took for it, waiting included."""

    post: PastPost
    ms: float
    proposal: Proposal | None = None
    error: str = ""
    code: str = ""

    @classmethod
    def failed(cls, post: PastPost, ms: float, error: Exception) -> Row:
        """A row for a post that could not be drafted. Of a foreign error only its kind is kept: it may quote."""
        if isinstance(error, GoodwordError):
            return cls(post, ms, error=str(error), code=error.code)
        return cls(post, ms, error=type(error).__name__, code="unexpected")

    @property
    def kind(self) -> str:
        """The proposal's kind, or FAILED."""
        return self.proposal.kind.value if self.proposal else FAILED

    @property
    def reason(self) -> str:
        """The proposal's reason, or the error's code."""
        return self.proposal.reason if self.proposal else self.code

    @property
    def confidence(self) -> float:
        """The proposal's confidence; 0 where there is no proposal."""
        return self.proposal.confidence if self.proposal else 0.0

    @property
    def drafted(self) -> bool:
        """Whether there is a text that a reviewer could approve."""
        return self.kind in DRAFTED and bool(self.proposal and self.proposal.text)

    def as_json(self) -> dict[str, Any]:
        """The row for programs. All text in it is masked."""
        row: dict[str, Any] = {
            "post_id": self.post.id,
            "kind": self.kind,
            "reason": self.reason,
            "text": "",
            "candidates": [],
            "sources": [],
            "confidence": self.confidence,
            "checks": [],
            "ms": round(self.ms, 1),
            "created": self.post.created.isoformat(),
            "product": self.post.product,
            "title": self.post.title,
            "post": self.post.text,
            "actual": list(self.post.answers),
        }
        if self.proposal is None:
            return row | {"error": self.error}
        known = self.proposal.model_dump(mode="json")
        understood = known["understanding"]
        return (
            row
            | {
                name: known[name]
                for name in ("text", "candidates", "sources", "checks", "reason_text", "lane", "writing")
            }
            | {name: understood[name] for name in ("intent", "intent_confidence", "outcome", "platform", "feature")}
        )


class ProposalsFile:
    """proposals.jsonl while it grows. A reader finds whole lines in the posts' order at any moment, also after a kill:
    the file is replaced as a whole, at most once in `every` seconds, and more seldom where that takes long."""

    def __init__(self, path: Path, order: Sequence[str], *, every: float = 1.0) -> None:
        """`order` holds the ids of all posts, as they are to stand in the file."""
        self._path = path
        self._order = order
        self._every = every
        self._lines: dict[str, str] = {}
        self._not_before = 0.0

    def add(self, row: Row) -> None:
        """Take up a row, and write the file if it is time."""
        self._lines[row.post.id] = json.dumps(row.as_json(), ensure_ascii=False) + "\n"
        began = time.monotonic()
        if began >= self._not_before:
            self.write()
            took = time.monotonic() - began
            self._not_before = began + max(self._every, 20 * took)

    def write(self) -> None:
        """Write what there is so far."""
        replace_text(self._path, "".join(self._lines[key] for key in self._order if key in self._lines))


def replace_text(path: Path, text: str) -> None:
    """Write a file that a reader sees as it was or as it is, never half."""
    draft = path.with_name(f".{path.name}.new")
    draft.write_text(text, encoding="utf-8", errors="replace")
    draft.replace(path)
