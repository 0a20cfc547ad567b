"""The daily digest in the sandbox: it is one that Slack takes, it is found again, and its button drafts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.cards.overview import DIGEST_SHOWN, Digest
from bot.review import Verb
from bot.slack.room import SlackRoom
from bot.states import State
from tests.integration.slack.desk import MemoryDesk
from tests.integration.slack.person import Person, said
from tests.unit.slack import samples

pytestmark = pytest.mark.usefixtures("connected")
DAY = date(2026, 3, 14)


def silent(turn_id: int = 12, **changes: object) -> samples.Row:
    row = {"state": State.SILENT, "kind": "no_reply", "reason": "Small talk: nothing is asked.", **changes}
    return samples.row(turn_id=turn_id, **row)


async def test_draft_one_and_the_digest_says_so(room: SlackRoom, desk: MemoryDesk, anna: Person) -> None:
    desk.cards[12] = samples.undrafted(state=State.SILENT)
    digest = Digest(DAY, (silent(12), silent(13)), 2)
    place = await room.post_digest(digest)
    assert await room.find_digest(DAY) == place
    assert await room.find_digest(date(2026, 3, 15)) is None
    (message,) = await anna.messages()
    assert "No reply was proposed for 2 posts" in said(message)
    assert "Small talk: nothing is asked." in said(message)

    desk.told[place] = replace(digest, rows=(silent(12, state=State.ASKED), silent(13)))
    body = {"user": anna.user, "channel": anna.channel, "message_ts": message["ts"], "block_id": "silent-12"}
    answer = await anna.http.post("/sandbox/click", json={**body, "action_id": "draft_one", "value": "12:1"})
    assert answer.json()["ok"]
    messages = await anna.until(lambda messages: "in the queue now" in said(messages[0]))
    assert [block["block_id"] for block in messages[0]["blocks"] if "accessory" in block] == ["silent-13"]
    assert [(made.verb, made.turn_id) for made in desk.decisions] == [(Verb.DRAFT, 12)]
    assert await room.find_digest(DAY) == place


async def test_the_longest_one_is_taken_and_says_how_many_more_there_are(room: SlackRoom, anna: Person) -> None:
    long = "a <word> & more " * 30
    rows = tuple(silent(n, words=long[:140], reason=long, author_name=long) for n in range(DIGEST_SHOWN))
    await room.post_digest(Digest(DAY, rows, DIGEST_SHOWN + 7))
    (message,) = await anna.messages()
    assert "and 7 more" in said(message)
