"""The slash command and the shortcuts, through the real Bolt app over Socket Mode."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.review import Publishing
from bot.sandbox.running import RunningSandbox
from bot.slack.room import SlackRoom
from bot.states import State
from knowledge.entries import Entry, EntryKind, EntryStatus
from tests.integration.slack.desk import MemoryDesk
from tests.integration.slack.person import Json, Person, said
from tests.unit.slack import samples

pytestmark = pytest.mark.usefixtures("connected")


async def types(person: Person, line: str, words: str) -> Json:
    """Type a command and return the answer that says these words."""
    body = {"user": person.user, "channel": person.channel, "text": line}
    answer = await person.http.post("/sandbox/command", json=body)
    assert answer.json()["ok"], answer.text
    found = await person.until(lambda messages: [one for one in messages if words in said(one)])
    return next(one for one in found if words in said(one))


async def shortcut(person: Person, callback_id: str, message_ts: str = "") -> None:
    body = {"user": person.user, "callback_id": callback_id, "channel": person.channel, "message_ts": message_ts}
    answer = await person.http.post("/sandbox/shortcut", json=body)
    assert answer.json()["ok"], answer.text


async def test_what_waits_and_whether_replies_go_out(anna: Person, tom: Person) -> None:
    await types(anna, "/goodword status", "*1* is waiting")
    await types(anna, "/goodword status", "Approved replies go out")
    assert not any("is waiting" in said(one) for one in await tom.messages())  # only who asked sees it


async def test_the_next_one_opens_with_its_buttons(anna: Person, desk: MemoryDesk) -> None:
    body = {"user": anna.user, "channel": anna.channel, "text": "/goodword next"}
    await anna.http.post("/sandbox/command", json=body)
    assert desk.cards[12].posts[-1].text[:40] in said(await anna.view("Review"))


async def test_nothing_waits(anna: Person, desk: MemoryDesk) -> None:
    desk.cards.clear()
    await types(anna, "/goodword next", "cup of tea")


async def test_what_cannot_be_shown_is_said(anna: Person, desk: MemoryDesk) -> None:
    desk.hidden = {"mastodon": 2}
    await types(anna, "/goodword next", "2 from Mastodon cannot be shown: the connection is gone.")
    assert desk.cards[12].posts[-1].text[:40] in said(await anna.view("Review"))  # the most urgent that can be
    desk.cards.clear()
    await types(anna, "/goodword next", "2 from Mastodon")
    assert not any("cup of tea" in said(one) for one in await anna.messages())


async def test_search_shows_what_the_knowledge_says(anna: Person, desk: MemoryDesk) -> None:
    desk.entries = [Entry(id="plugs", kind=EntryKind.USAGE, title="Wall *plugs*", text="Use plugs for brick.")]
    found = await types(anna, "/goodword search plugs", "Use plugs for brick.")
    assert "Wall ∗plugs∗" in said(found)
    await types(anna, "/goodword search antimatter", "Nothing was found for “antimatter”")
    await types(anna, "/goodword search", "What should I look for?")


async def test_a_known_issue_holds_until_a_moment_in_the_persons_own_time(anna: Person, desk: MemoryDesk) -> None:
    await types(anna, "/goodword notice Dust bags are late until 24 Dec 2099 18:00", "Noted until 24 Dec, 18:00")
    ((text, until, who),) = desk.notices
    assert (text, until, who) == ("Dust bags are late", datetime(2099, 12, 24, 18, 0, tzinfo=UTC), "Anna Reyes")
    for line in ("Dust bags are late", "Dust bags until", "Dust bags until whenever", "until tomorrow"):
        await types(anna, f"/goodword notice {line}", "and until when")
    await types(anna, "/goodword notice Dust bags are late until 24 Dec 2001", "over already")
    assert len(desk.notices) == 1


async def test_anyone_pauses_and_only_a_lead_resumes(anna: Person, tom: Person, desk: MemoryDesk) -> None:
    desk.leads = {tom.user}
    await types(anna, "/goodword pause", "Publishing is paused")
    await types(anna, "/goodword status", "Publishing is paused, by Anna Reyes")
    await types(anna, "/goodword resume", "only a lead")
    assert not desk.switch.on
    await types(tom, "/goodword resume", "Publishing is resumed")
    assert desk.switch.on


async def test_what_is_not_known_is_told_what_is(anna: Person) -> None:
    await types(anna, "/goodword", "*/goodword search*")
    await types(anna, "/goodword sing", "“sing” is not something I know")


async def test_a_link_gets_a_draft(anna: Person, desk: MemoryDesk) -> None:
    await shortcut(anna, "draft_link")
    await anna.view("Draft a reply")
    assert "link" in (await anna.submit(link="nonsense"))["errors"]
    assert "No post was found" in (await anna.submit(link="https://square.example/gone"))["errors"]["link"]
    assert (await anna.submit(link="https://square.example/@jo/1"))["ok"]
    assert "A reply is being drafted" in said(await anna.view("Goodword"))
    assert desk.heard == [("https://square.example/@jo/1", "Anna Reyes")]


async def test_an_answer_becomes_knowledge_once_an_editor_says_so(
    anna: Person, tom: Person, desk: MemoryDesk, sandbox: RunningSandbox
) -> None:
    desk.leads = {tom.user}
    body = {"user": anna.user, "channel": anna.channel, "text": "Resin anchors hold. Ask jo@mail.example for more."}
    ts = (await anna.http.post("/sandbox/say", json=body)).json()["ts"]
    await shortcut(anna, "add_knowledge", ts)
    view = await anna.view("Add to knowledge")
    assert "Resin anchors hold." in str(view)
    assert "question" in (await anna.submit(answer="Resin anchors hold."))["errors"]
    filled = {"question": "What holds in a crumbling wall?", "answer": "Resin anchors hold. Ask jo@mail.example."}
    assert (await anna.submit(**filled))["ok"]
    shown = (await tom.until(lambda messages: [one for one in messages if "as a draft" in said(one)]))[-1]
    assert "jo@mail.example" not in said(shown)
    (entry,) = desk.entries
    assert entry.status is EntryStatus.DRAFT
    assert await types(anna, "/goodword search Resin", "Nothing was found")  # a draft is used by nobody

    await anna.click(shown, "make_live")
    await anna.until(lambda messages: any("Only editors" in said(one) for one in messages))
    assert desk.entries[0].status is EntryStatus.DRAFT
    await tom.click(shown, "make_live")
    await tom.until(lambda messages: any("Live since Tom Okafor" in said(one) for one in messages))
    assert desk.entries[0].status is EntryStatus.LIVE


async def test_who_does_not_review_gets_a_sentence(
    http: object, sandbox: RunningSandbox, anna: Person, room: SlackRoom
) -> None:
    sandbox.workspace.channels["C0REVIEWS01"].members.discard(anna.user)
    body = {"user": anna.user, "channel": "C0GENERAL01", "text": "/goodword status"}
    await anna.http.post("/sandbox/command", json=body)
    elsewhere = Person(anna.http, anna.user, "C0GENERAL01")
    await elsewhere.until(lambda messages: any("Only reviewers" in said(one) for one in messages))


async def test_what_is_answered_mentions_nobody_and_leads_nowhere(
    anna: Person, desk: MemoryDesk, room: SlackRoom
) -> None:
    trap = "<!channel> <https://evil.example|here>"
    desk.switch = Publishing(on=False, by=trap)
    desk.cards[12] = replace(desk.cards[12], state=State.APPROVED, decided_by=trap)
    await types(anna, f"/goodword {trap}", "is not something I know")
    await types(anna, f"/goodword search {trap}", "Nothing was found")
    await types(anna, "/goodword status", "is paused, by")
    place = await room.post(samples.card())
    card = next(one for one in await anna.messages() if one["ts"] == place.message)
    await anna.click(card, "reject")
    found = await anna.until(lambda messages: [one for one in messages if "evil.example" in said(one)][-1:])
    await anna.until(lambda messages: any("by &lt;!channel&gt;" in said(one) for one in messages))
    assert not any("<!channel>" in said(one) or "<https://evil" in said(one) for one in found)
