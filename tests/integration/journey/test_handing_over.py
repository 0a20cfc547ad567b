"""Handed over: whoever has it is told, may write on that turn only, and nothing goes out without a reviewer."""

from __future__ import annotations

import pytest

from bot.cards.letters import HandedOver
from bot.review import RejectReason, Verb
from bot.rules.rules import Group
from bot.states import State
from tests.integration.journey.world import World, with_rules

ASK = "How do I hang a heavy shelf on plasterboard?"
WORKSHOP = Group("workshop", frozenset({"rob", "sue"}))
LAB = Group("lab", frozenset({"lou"}), channel="#lab")


@pytest.fixture
async def asked(world: World) -> World:
    world = with_rules(world, reviewers=frozenset({"anna", "tom"}), groups=(WORKSHOP, LAB))
    world.channel.say("ben", ASK)
    await world.settle()
    return world


async def test_a_person_is_told_in_the_thread_and_directly(asked: World) -> None:
    over = await asked.click(Verb.HAND_OVER, to="rob", to_name="Rob", note="Which anchor?")
    assert (over.accepted, over.card.state) == (True, State.HANDED_OVER)
    assert over.card.handed is not None
    assert (over.card.handed.to, over.card.handed.by, over.card.handed.note) == ("Rob", "Anna", "Which anchor?")
    assert over.card.steps[-1].what == "handed it over to Rob. “Which anchor?”"
    await asked.work()
    assert asked.room.remarks == [("Anna asks you to look at this: “Which anchor?”", ("rob",))]
    ((to, letter),) = asked.room.letters
    assert to == "rob"
    assert isinstance(letter, HandedOver)
    assert letter.card.posts[-1].text == ASK


@pytest.mark.parametrize(("group", "told"), [("workshop", {"rob", "sue"}), ("lab", {"#lab"})])
async def test_a_group_is_told_in_its_channel_or_each_of_its_people(asked: World, group: str, told: set[str]) -> None:
    assert (await asked.click(Verb.HAND_OVER, to=f"group:{group}", note="Which anchor?")).accepted
    await asked.work()
    assert {to for to, _ in asked.room.letters} == told
    assert asked.room.remarks == []  # nobody in particular is called


async def test_whoever_has_it_writes_and_the_reviewers_approve(asked: World) -> None:
    await asked.click(Verb.HAND_OVER, to="group:workshop", note="Which anchor?")
    assert not (await asked.click(Verb.APPROVE, who="Rob")).accepted
    assert not (await asked.click(Verb.REJECT, who="Rob", reason=RejectReason.TONE)).accepted
    assert not (await asked.click(Verb.CLAIM, who="Rob")).accepted
    assert not (await asked.click(Verb.EDIT, who="Lou", text="I am of another group.")).accepted
    written = await asked.click(Verb.EDIT, who="Rob", text="Use a hollow-wall anchor.")
    assert (written.accepted, written.card.state, written.card.handed) == (True, State.ASKED, None)
    late = await asked.click(Verb.EDIT, who="Sue", text="Use two.")  # it is not theirs any more
    assert (late.accepted, "deciding is for the reviewers" in late.sentence) == (False, True)
    await asked.work()
    assert asked.channel.published == ()
    assert (await asked.click(Verb.APPROVE, who="Tom")).accepted
    await asked.work()
    assert [post.text for post in asked.channel.published] == [
        "@ben Use a hollow-wall anchor.\n- the Holloway team"
    ]  # fmt: skip


async def test_their_right_is_for_that_turn_only(asked: World) -> None:
    asked.channel.say("eve", "Which drill for tiles?")
    await asked.settle()
    await asked.click(Verb.HAND_OVER, to="rob", note="Which anchor?")
    refused = await asked.click(Verb.EDIT, 2, who="Rob", text="A diamond bit.")
    assert not refused.accepted


async def test_given_back_the_reviewers_have_it_again(asked: World) -> None:
    await asked.click(Verb.HAND_OVER, to="rob", note="Which anchor?")
    back = await asked.click(Verb.GIVE_BACK, who="Rob")
    assert (back.accepted, back.card.state, back.card.handed) == (True, State.ASKED, None)
    again = await asked.click(Verb.GIVE_BACK, who="Anna", delivery="again")
    assert (again.accepted, again.sentence) == (False, "This is waiting for a decision.")


async def test_whoever_has_it_hands_it_on(asked: World) -> None:
    await asked.click(Verb.HAND_OVER, to="rob", note="Which anchor?")
    on = await asked.click(Verb.HAND_OVER, who="Rob", to="group:lab", note="They tested some.")
    assert (on.accepted, on.card.handed and on.card.handed.to) == (True, "lab")
    assert not (await asked.click(Verb.EDIT, who="Rob", text="Too late.")).accepted
    assert (await asked.click(Verb.EDIT, who="Lou", text="Use the red ones.")).accepted


async def test_a_reviewer_may_decide_all_the_while(asked: World) -> None:
    await asked.click(Verb.HAND_OVER, to="rob", note="Which anchor?")
    assert (await asked.click(Verb.APPROVE, who="Tom")).accepted
    late = await asked.click(Verb.EDIT, who="Rob", text="Too late.")
    assert not late.accepted


async def test_what_changed_meanwhile_is_not_overwritten(asked: World) -> None:
    await asked.click(Verb.HAND_OVER, to="rob", note="Which anchor?")
    asked.channel.say("ben", "And it is 25 kg.", reply_to=asked.channel.posts[0].native_id)
    await asked.settle()
    card = await asked.card()
    assert (card.state, card.version, card.handed) == (State.ASKED, 2, None)
    assert not (await asked.click(Verb.EDIT, who="Rob", text="Too late.", version=1)).accepted


@pytest.mark.parametrize(
    ("to", "note", "said"),
    [
        ("", "Which anchor?", "Say to whom."),
        ("rob", " ", "Say what you need from them: the note goes with it."),
        ("group:smiths", "Which anchor?", "There is no group smiths. The groups: workshop, lab."),
    ],
)
async def test_to_nobody_or_without_a_word_it_is_refused(asked: World, to: str, note: str, said: str) -> None:
    refused = await asked.click(Verb.HAND_OVER, to=to, note=note)
    assert (refused.accepted, refused.sentence) == (False, said)
    await asked.work()
    assert (asked.room.remarks, asked.room.letters) == ([], [])


async def test_who_cannot_be_told_shows_on_the_card(asked: World) -> None:
    asked.room.unknown = {"#lab"}
    await asked.click(Verb.HAND_OVER, to="group:lab", note="Which anchor?")
    await asked.work()
    card = await asked.card()
    assert card.trouble == "#lab could not be told"
    assert card.steps[-1].what == "could not tell them. #lab could not be told"


async def test_who_is_told_waits_until_slack_answers(asked: World) -> None:
    asked.room.down = True
    await asked.click(Verb.HAND_OVER, to="rob", note="Which anchor?")
    await asked.work()
    assert asked.room.letters == []
    asked.room.down = False
    await asked.journey.queue.hurry()
    await asked.work()
    assert [to for to, _ in asked.room.letters] == ["rob"]


async def test_a_delivery_that_comes_twice_tells_once(asked: World) -> None:
    for _ in range(2):
        assert (await asked.click(Verb.HAND_OVER, to="rob", note="Which anchor?", delivery="same")).accepted
    await asked.work()
    assert len(asked.room.letters) == 1
