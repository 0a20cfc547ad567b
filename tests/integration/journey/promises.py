"""What must never happen, whatever the story: looked for in the whole record and on the whole network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.channels.base import HeardPost
from bot.rules.rules import Right, Rules
from bot.states import State
from tests.integration.journey.whole_record import DECIDED_BY, PUBLICATIONS, SENDING

Row = dict[str, Any]


@dataclass
class Promises:
    """Holds one story to what was promised. `alone`: one process works at a time, so that what it does next follows
    from what stands in the record now. `team` are the ids of all who may decide at some time."""

    engine: AsyncEngine
    team: frozenset[str]
    alone: bool = True
    begun: set[int] = field(default_factory=set)

    async def look(self, ever: Sequence[HeardPost], standing: Sequence[HeardPost], rules: Rules) -> list[Row]:
        """Look at all of it; returns what went out, or was about to. `ever` is what was posted, gone or not.

        Raises:
            AssertionError: a promise is broken.
        """
        async with self.engine.connect() as connection:
            held = [row._asdict() for row in await connection.execute(text(PUBLICATIONS))]
            deciders = set((await connection.execute(text(DECIDED_BY))).scalars())
        assert deciders <= self.team, f"somebody decided who never may: {deciders}"
        ours = [post for post in ever if post.by_us]
        _nothing_unasked_or_twice(ours, held)
        there = {post.native_id for post in standing}
        for row in held:
            _decided(row)
            _by_two_where_two_are_needed(row, rules)
            _signed(row, rules)
            _linked(row, there)
            if row["id"] not in self.begun:  # since the last look, under the rules as they still are
                assert Right.APPROVE in rules.rights(row["reviewer_id"]), f"they may not approve any more: {row}"
        self.begun |= {row["id"] for row in held}
        return held

    async def sending(self, key: str) -> None:
        """A part is about to be sent under this key. Raises AssertionError where it may not be, or not again."""
        number, n = (int(part) for part in key.split("-")[1:3])
        async with self.engine.connect() as connection:
            found = (await connection.execute(text(SENDING), {"id": number, "n": n})).one_or_none()
        assert found is not None, "sent without an intent that stands in the record"
        assert found.intended, "sent before it was written down that this part would be"
        if self.alone:
            assert found.state == State.PUBLISHING.value, f"sent while the turn is {found.state}"
            assert found.due, "sent while it could still be taken back"
            assert found.running, "sent while publishing is stopped"
            assert not found.confirmed, "sent again although the network had confirmed it"


def _nothing_unasked_or_twice(ours: list[HeardPost], held: list[Row]) -> None:
    """Each thing ever said is a part of a publication, under what it should stand under, and was said once."""
    allowed = {
        (row["parent"] if n == 0 else row["native_ids"][n - 1], part)
        for row in held
        for n, part in enumerate(row["parts"])
        if n <= len(row["native_ids"])
    }
    for post in ours:
        assert (post.parent, post.text) in allowed, f"nobody approved what went out: {post.text!r}"
    said = [(post.parent, post.text) for post in ours]
    assert len(set(said)) == len(said), f"said twice: {said}"
    assert len({row["turn_id"] for row in held}) == len(held), "a turn was published twice"
    ids = [native_id for row in held for native_id in row["native_ids"] if native_id]
    assert len(set(ids)) == len(ids), "two parts are the same post"


def _decided(row: Row) -> None:
    """It rests on an approval of exactly this reply, which is the newest."""
    assert row["verb"] == "approve", row
    assert row["reply_hash"] == row["hash"] == row["stored_hash"], row
    assert row["decided_version"] == row["version"], row
    assert row["turn_version"] == row["version"], f"something newer had made this stale: {row}"
    assert not row["undone"], f"an approval that was taken back: {row}"
    if row["state"] == State.REJECTED.value:
        assert not any(row["native_ids"]), f"rejected and out: {row}"


def _by_two_where_two_are_needed(row: Row, rules: Rules) -> None:
    words = {row["kind"], "correction" if row["corrected_turn"] is not None else ""}
    if not words & rules.two_people:
        return
    assert row["first_verb"] == "approve", f"nobody had approved it before: {row}"
    assert (row["first_hash"], row["first_version"]) == (row["hash"], row["version"]), f"of another reply: {row}"
    assert rules.person(row["first_id"]) != rules.person(row["reviewer_id"]), f"one person is not two: {row}"
    assert not row["first_undone"], f"the first approval was taken back: {row}"


def _signed(row: Row, rules: Rules) -> None:
    """It ends with the name of who approved it, or approved it first."""
    if rules.signed:
        name = rules.names[rules.person(row["first_id"] or row["reviewer_id"])]
        assert row["parts"][-1].endswith(f"\n– {name}"), f"not signed by who approved it: {row}"


def _linked(row: Row, there: set[str]) -> None:
    """A correction names what it corrects, and nobody reads it without that; what is withdrawn is gone."""
    if row["corrected_turn"] is not None:
        assert row["wrong_publication"] is not None, f"a correction that is linked to nothing: {row}"
        assert row["wrong_turn"] == row["corrected_turn"], row
        if there & set(row["native_ids"]):
            assert row["parent"] in there, f"a correction of what is gone: {row}"
    if row["state"] == State.WITHDRAWN.value:
        assert not there & set(row["native_ids"]), f"withdrawn and still there: {row}"
