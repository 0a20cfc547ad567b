"""A reviewer at work: every button and modal, through the real Bolt app over Socket Mode."""

from __future__ import annotations

import asyncio

import pytest

from actions.proposal import Check
from bot.review import RejectReason, Verb, Wish
from bot.slack.room import SlackRoom
from bot.slack.serve import SocketMode
from bot.states import State
from tests.integration.slack.desk import MemoryDesk
from tests.integration.slack.person import Json, Person, actions, said
from tests.unit.slack import samples
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("connected")


async def posted(room: SlackRoom, desk: MemoryDesk, person: Person, turn_id: int = 12) -> Json:
    place = await room.post(desk.cards[turn_id])
    return next(message for message in await person.messages() if message["ts"] == place.message)


async def test_approve_decides_on_that_version_and_the_buttons_are_gone(
    room: SlackRoom, desk: MemoryDesk, anna: Person
) -> None:
    message = await posted(room, desk, anna)
    await anna.click(message, "approve")
    await anna.until(lambda messages: actions(messages[0]) == ["undo", "more"])
    (decision,) = desk.decisions
    assert (decision.turn_id, decision.version, decision.verb) == (12, 1, Verb.APPROVE)
    assert (decision.reviewer.id, decision.reviewer.name) == (anna.user, "Anna Reyes")
    (only,) = await anna.messages()
    assert "goes out at" in said(only)
    assert "by Anna Reyes" in said(only)


async def test_edit_shows_errors_at_the_field_and_saves_a_new_version(
    room: SlackRoom, desk: MemoryDesk, anna: Person
) -> None:
    message = await posted(room, desk, anna)
    await anna.click(message, "edit")
    view = await anna.view("Edit the reply")
    field = next(block for block in view["blocks"] if block["type"] == "input")
    assert field["element"]["initial_value"] == desk.cards[12].body

    answer = await anna.submit(body="Send me your password and I look into it.")
    assert answer["errors"] == {"body": "Please mend this first: asks for a secret"}
    answer = await anna.submit(body="x" * 475)
    assert answer["errors"] == {"body": "505 of 500 characters: 5 too many."}
    assert desk.decisions == []

    assert (await anna.submit(body="  Find the studs first.  "))["ok"]
    assert await anna.open_view() is None
    messages = await anna.until(lambda messages: "Find the studs first." in said(messages[0]))
    assert actions(messages[0]) == ["approve", "edit", "reject", "more"]
    assert "*Edited* by Anna Reyes" in said(messages[0])
    (decision,) = desk.decisions
    assert (decision.verb, decision.version, decision.text) == (Verb.EDIT, 1, "Find the studs first.")

    await anna.click(messages[0], "approve")
    await anna.until(lambda messages: actions(messages[0]) == ["undo", "more"])
    assert desk.decisions[-1].version == 2


async def test_write_where_nothing_was_drafted(room: SlackRoom, desk: MemoryDesk, anna: Person) -> None:
    desk.cards[12] = samples.undrafted()
    message = await posted(room, desk, anna)
    assert actions(message) == ["write", "reject", "more"]
    await anna.click(message, "write")
    await anna.view("Write a reply")
    assert (await anna.submit(body="We do not know yet, but we will ask the workshop."))["ok"]
    await anna.until(lambda messages: "approve" in actions(messages[0]))
    assert desk.decisions[0].verb is Verb.WRITE


async def test_reject_needs_a_reason(room: SlackRoom, desk: MemoryDesk, anna: Person) -> None:
    message = await posted(room, desk, anna)
    await anna.click(message, "reject")
    await anna.view("Reject the reply")
    assert "reason" in (await anna.submit(note="no"))["errors"]
    assert (await anna.submit(reason="outdated", note="that bit is gone since May"))["ok"]
    await anna.until(lambda messages: "Rejected" in said(messages[0]))
    (decision,) = desk.decisions
    assert (decision.reason, decision.note) == (RejectReason.OUTDATED, "that bit is gone since May")


async def test_more_shows_the_details_and_hands_over(room: SlackRoom, desk: MemoryDesk, anna: Person) -> None:
    message = await posted(room, desk, anna)
    await anna.click(message, "more", "details:12:1")
    text = said(await anna.view("Details"))
    for words in ("Those plugs are for brick", "answers what was asked", "Find the studs first.", "advise: An article"):
        assert words in text
    await anna.click(message, "more", "hand_over:12:1")
    await anna.view("Hand over")
    assert (await anna.submit(group="group:workshop", note="which anchor?"))["ok"]
    await anna.until(lambda messages: "handed this to workshop" in said(messages[0]))
    assert (desk.decisions[0].to, desk.decisions[0].note) == ("group:workshop", "which anchor?")


async def test_a_stale_click_is_refused_with_a_sentence_and_the_card_refreshed(
    room: SlackRoom, desk: MemoryDesk, anna: Person, tom: Person
) -> None:
    message = await posted(room, desk, anna)
    desk.newer(12)
    await anna.click(message, "approve")
    messages = await anna.until(lambda messages: len(messages) == 2)
    assert messages[1]["text"] == "This has changed since you looked at it."
    assert desk.decisions == []
    values = [
        e["value"] for b in messages[0]["blocks"] if b["type"] == "actions" for e in b["elements"] if "value" in e
    ]
    assert set(values) == {"12:2"}
    assert len(await tom.messages()) == 1  # only the one who clicked is told


async def test_a_stale_click_opens_no_modal(room: SlackRoom, desk: MemoryDesk, anna: Person) -> None:
    message = await posted(room, desk, anna)
    desk.newer(12)
    await anna.click(message, "edit")
    messages = await anna.until(lambda messages: len(messages) == 2)
    assert "newer version" in messages[1]["text"]
    assert await anna.open_view() is None


async def test_two_reviewers_in_the_same_instant_decide_once_and_the_other_hears_who_was_first(
    room: SlackRoom, desk: MemoryDesk, anna: Person, tom: Person
) -> None:
    message = await posted(room, desk, anna)
    desk.answers.clear()
    await asyncio.gather(anna.click(message, "approve"), tom.click(message, "approve"))
    while desk.asked < 2:  # both have clicked before the first decision is made
        await asyncio.sleep(0.01)
    desk.answers.set()
    await anna.until(lambda messages: actions(messages[0]) == ["undo", "more"])
    (decision,) = desk.decisions
    other = tom if decision.reviewer.id == anna.user else anna
    messages = await other.until(lambda messages: len(messages) == 2)
    assert messages[1]["text"] == f"{decision.reviewer.name} has approved this already."


async def test_what_was_typed_survives_a_new_message_of_the_customer(
    room: SlackRoom, desk: MemoryDesk, anna: Person
) -> None:
    message = await posted(room, desk, anna)
    await anna.click(message, "edit")
    await anna.view("Edit the reply")
    desk.newer(12)
    await anna.submit(body="My careful words.")
    view = await anna.view("Edit the reply")
    assert "This has changed since you looked at it." in said(view)
    field = next(block for block in view["blocks"] if block["type"] == "input")
    assert field["element"]["initial_value"] == "My careful words."
    assert (await anna.submit(body="My careful words."))["ok"]
    await anna.until(lambda messages: "My careful words." in said(messages[0]))
    assert [(made.version, made.text) for made in desk.decisions] == [(2, "My careful words.")]


async def test_what_was_typed_survives_that_somebody_else_decided(
    room: SlackRoom, desk: MemoryDesk, anna: Person, tom: Person
) -> None:
    message = await posted(room, desk, anna)
    await anna.click(message, "edit")
    await anna.view("Edit the reply")
    await tom.click(message, "approve")
    await tom.until(lambda messages: actions(messages[0]) == ["undo", "more"])
    await anna.submit(body="My careful words.")
    text = said(await anna.view("Goodword"))
    assert "Tom Okafor has approved this already." in text
    assert "My careful words." in text


async def test_a_slow_record_is_no_reason_to_leave_slack_waiting(
    room: SlackRoom, desk: MemoryDesk, anna: Person
) -> None:
    message = await posted(room, desk, anna)
    desk.answers.clear()
    assert (await anna.click(message, "edit"))["ok"]  # Slack would not wait longer than its three seconds
    assert "One moment" in said(await anna.view("Goodword"))
    desk.answers.set()
    await anna.view("Edit the reply")
    desk.answers.clear()
    assert (await anna.submit(body="Find the studs first."))["ok"]
    assert "Find the studs first." in said(await anna.view("Goodword"))
    desk.answers.set()
    messages = await anna.until(lambda messages: "*Edited* by" in said(messages[0]))
    assert "Find the studs first." in said(messages[0])
    await anna.view("Goodword", "Saved.")
    assert len(desk.decisions) == 1


async def test_home_shows_the_queue_and_reviews_from_there(room: SlackRoom, desk: MemoryDesk, anna: Person) -> None:
    desk.cards[13] = samples.undrafted(turn_id=13)
    view = await anna.home("*2* are waiting")
    assert "hang a heavy shelf" in said(view)
    await anna.click_view("turn-12", "review", home=True)
    view = await anna.view("Review")
    assert "484 / 500" in said(view)
    await anna.click_view("actions", "edit")
    await anna.view("Edit the reply")
    assert (await anna.submit(body="Find the studs first."))["ok"]
    await anna.view("Review", "Find the studs first.")
    await anna.click_view("actions", "approve")
    view = await anna.home("*1* is waiting")
    assert "turn-12" not in [block.get("block_id") for block in view["blocks"]]
    assert "goes out at" in said(await anna.view("Review"))
    assert desk.cards[12].state is State.APPROVED


async def test_a_fault_of_ours_is_told_and_changes_nothing(
    room: SlackRoom, desk: MemoryDesk, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = await posted(room, desk, anna)

    async def broken(*_: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(desk, "decide", broken)
    await anna.click(message, "approve")
    messages = await anna.until(lambda messages: len(messages) == 2)
    assert "Something went wrong on our side" in messages[1]["text"]
    await anna.click(message, "edit")
    await anna.view("Edit the reply")
    answer = await anna.submit(body="My careful words.")
    assert "Something went wrong on our side" in answer["errors"]["body"]


@pytest.mark.parametrize("cut", [False, True], ids=["asked to leave", "cut"])
async def test_the_connection_comes_back_after_slack_closed_it(
    room: SlackRoom, desk: MemoryDesk, anna: Person, connected: SocketMode, cut: bool
) -> None:
    message = await posted(room, desk, anna)
    (await anna.http.post("/sandbox/disconnect", json={"cut": cut})).raise_for_status()

    async def back() -> bool:
        heard = (await anna.http.get("/sandbox/changes")).json()["connected"]
        return bool(heard) and await connected.healthy() is None

    await until(back, "it is connected again")
    await anna.click(message, "approve")
    await anna.until(lambda messages: actions(messages[0]) == ["undo", "more"])


BLOCKED = (Check(name="no_private_detail", ok=False, note="holds a private detail", blocking=True),)


async def test_a_lead_overrides_with_a_reason_and_then_approves(
    room: SlackRoom, desk: MemoryDesk, anna: Person
) -> None:
    desk.leads = {anna.user}
    desk.cards[12] = samples.card(checks=BLOCKED, has_leads=True)
    message = await posted(room, desk, anna)
    assert actions(message) == ["edit", "override", "reject", "more"]
    await anna.click(message, "override")
    view = await anna.view("Override a check")
    assert "holds a private detail" in said(view)
    assert "find the studs" in said(view)  # the reply as it would go out
    assert (await anna.submit(note=" "))["errors"] == {"note": "Please say why: the reason is kept with the reply."}
    assert (await anna.submit(note="A press address."))["ok"]
    messages = await anna.until(lambda messages: "approve" in actions(messages[0]))
    assert "Anna Reyes let it pass: A press address." in said(messages[0])
    (decision,) = desk.decisions
    assert (decision.verb, decision.version, decision.note) == (Verb.OVERRIDE, 1, "A press address.")


async def test_who_is_no_lead_is_told_so(room: SlackRoom, desk: MemoryDesk, anna: Person) -> None:
    desk.cards[12] = samples.card(checks=BLOCKED, has_leads=True)
    message = await posted(room, desk, anna)
    await anna.click(message, "override")
    await anna.until(lambda messages: "Overriding a check is for leads" in said(messages[-1]))
    assert await anna.open_view() is None
    assert desk.decisions == []


async def test_a_lead_may_save_what_a_check_blocks_but_not_what_is_too_long(
    room: SlackRoom, desk: MemoryDesk, anna: Person
) -> None:
    desk.leads = {anna.user}
    message = await posted(room, desk, anna)
    await anna.click(message, "edit")
    await anna.view("Edit the reply")
    assert "too many" in (await anna.submit(body="x" * 475))["errors"]["body"]
    assert (await anna.submit(body="Send me your password and I look into it."))["ok"]
    await anna.until(lambda messages: "Send me your password" in said(messages[0]))


async def test_another_version_is_taken_and_approved_at_once(room: SlackRoom, desk: MemoryDesk, anna: Person) -> None:
    message = await posted(room, desk, anna)
    await anna.click(message, "more", "versions:12:1")
    view = await anna.view("Other versions")
    text = said(view)
    order = ["From the best source", "This one stands on the card", "Shorter", "25 / 500", "tone", "Use this one"]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    await anna.click_view("use-1", "choose")
    view = await anna.view("Review")
    assert "Find the studs first." in said(view)
    (decision,) = desk.decisions
    assert (decision.verb, decision.candidate, decision.version) == (Verb.CHOOSE, 1, 1)
    await anna.until(lambda messages: "Find the studs first." in said(messages[0]))  # the card below shows it too
    await anna.click_view("actions", "approve")
    await anna.until(lambda messages: len(desk.decisions) == 2)
    assert desk.decisions[-1].version == 2


async def test_a_stale_choice_is_refused_with_a_sentence(room: SlackRoom, desk: MemoryDesk, anna: Person) -> None:
    message = await posted(room, desk, anna)
    await anna.click(message, "more", "versions:12:1")
    await anna.view("Other versions")
    desk.newer(12)
    await anna.click_view("use-1", "choose")
    assert "This has changed since you looked at it." in said(await anna.view("Review"))
    assert desk.decisions == []


async def test_a_question_instead_takes_one_click(room: SlackRoom, desk: MemoryDesk, anna: Person) -> None:
    message = await posted(room, desk, anna)
    await anna.click(message, "more", "ask:12:1")
    messages = await anna.until(lambda messages: actions(messages[0]) == ["more"])
    assert "Being drafted anew" in said(messages[0])
    (decision,) = desk.decisions
    assert (decision.verb, decision.wish, decision.version) == (Verb.REDRAFT, Wish.ASK, 1)


async def test_a_redraft_says_how_it_should_differ(room: SlackRoom, desk: MemoryDesk, anna: Person) -> None:
    desk.cards[12] = samples.card(has_model=True)
    message = await posted(room, desk, anna)
    await anna.click(message, "more", "redraft:12:1")
    view = await anna.view("Draft it anew")
    assert "find the studs" in said(view)  # the draft that stands
    assert (await anna.submit(wish="words", note=" "))["errors"] == {
        "note": "Please say in a few words how it should differ."
    }
    assert (await anna.submit(wish="words", note="Name the anchors first."))["ok"]
    await anna.until(lambda messages: actions(messages[0]) == ["more"])
    (decision,) = desk.decisions
    assert (decision.verb, decision.wish, decision.note) == (Verb.REDRAFT, Wish.WORDS, "Name the anchors first.")


async def test_without_a_model_there_is_no_field_for_words(room: SlackRoom, desk: MemoryDesk, anna: Person) -> None:
    desk.cards[12] = samples.undrafted()
    message = await posted(room, desk, anna)
    await anna.click(message, "more", "redraft:12:1")
    view = await anna.view("Draft it anew")
    assert [block["block_id"] for block in view["blocks"] if block["type"] == "input"] == ["wish"]
    (field,) = [block["element"] for block in view["blocks"] if block["type"] == "input"]
    assert [option["value"] for option in field["options"]] == ["other_source", "ask"]  # nothing stands to be shorter
    assert (await anna.submit(wish="other_source"))["ok"]
    await anna.until(lambda messages: actions(messages[0]) == ["more"])
    assert desk.decisions[0].wish is Wish.OTHER_SOURCE
