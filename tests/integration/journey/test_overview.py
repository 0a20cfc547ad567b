"""The queue as App Home shows it, from the record."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from actions.proposal import ProposalKind
from bot.cards.overview import EVERYTHING, PAGE, Look, Overview
from bot.review import Reviewer, Verb
from bot.review_desk import JourneyDesk
from bot.rules.rules import Group
from bot.states import State
from tests.integration.journey.world import World, execute


async def look(world: World, what: Look = EVERYTHING, who: str = "anna") -> Overview:
    desk = JourneyDesk()
    desk.journey = world.journey
    return await desk.overview(Reviewer(who, who.title()), what)


async def say(world: World, *said: tuple[str, str]) -> None:
    for who, words in said:
        world.channel.say(who, words)
    await world.settle()


@pytest.fixture
async def full(world: World) -> World:
    world.assistant.intents |= {"broken": "fix_a_problem", "cross": "complain"}
    world.assistant.kinds |= {"spam": ProposalKind.NO_REPLY, "strange": ProposalKind.HAND_OFF}
    await say(
        world,
        ("ann", "how do I hang it"),
        ("bob", "my drill is broken"),
        ("cem", "I am cross"),
        ("dan", "a strange question"),
        ("eve", "buy spam"),
    )
    return world


def turns(overview: Overview) -> list[int]:
    return [row.turn_id for row in overview.team]


async def test_the_teams_queue_in_order_with_what_a_person_needs_to_choose(full: World) -> None:
    overview = await look(full)
    assert turns(overview) == [3, 2, 1, 4]
    assert (overview.waiting, overview.lanes) == (4, {"urgent": 1, "deep": 3})
    assert (overview.languages, overview.channels) == (("en",), ("memory",))
    row = overview.team[1]
    assert (row.author_name, row.words, row.outcome) == ("Bob", "my drill is broken", "hang a shelf")
    assert (row.kind, row.lane, row.drafted, row.confidence) == ("advise", "deep", True, 0.8)
    assert row.priority is not None
    assert row.priority.total == 56
    assert row.url is not None
    assert not overview.team[3].drafted
    assert (overview.mine, overview.went) == ((), ())


async def test_filters_let_through_what_they_name(full: World) -> None:
    assert turns(await look(full, Look(lane="urgent"))) == [3]
    assert turns(await look(full, Look(kind="hand_off"))) == [4]
    assert turns(await look(full, Look(lane="deep", kind="advise", language="en", channel="memory"))) == [2, 1]
    nothing = await look(full, Look(channel="elsewhere", page=3))
    assert (turns(nothing), nothing.matching, nothing.look.page) == ([], 0, 0)
    assert nothing.waiting == 4  # the counts are of the whole queue
    silent = await look(full, Look(kind="no_reply"))
    assert [(row.turn_id, row.state) for row in silent.team] == [(5, State.SILENT)]
    assert silent.matching == 1
    assert turns(await look(full, Look(kind="no_reply", lane="urgent"))) == []


async def test_page_by_page_each_turn_once(world: World) -> None:
    await say(world, *((f"p{number}", "how do I hang it") for number in range(PAGE * 2 + 3)))
    pages = [turns(await look(world, Look(page=page))) for page in range(3)]
    assert [len(page) for page in pages] == [PAGE, PAGE, 3]
    assert len({turn for page in pages for turn in page}) == PAGE * 2 + 3
    beyond = await look(world, Look(page=9))
    assert (beyond.look.page, turns(beyond)) == (2, pages[2])
    assert (beyond.matching, beyond.pages) == (43, 3)


async def test_mine_is_what_i_claimed_was_handed_or_put_off_and_others_see_who_has_it(full: World) -> None:
    rules = full.journey.rules
    object.__setattr__(rules, "groups", (Group("workshop", frozenset({"anna"})),))
    claim = "claimed_by = 'anna', claimed_name = 'Anna', claimed_until = now() + interval '9 minutes'"
    await execute(full, f"UPDATE turns SET {claim} WHERE id = 1")
    await execute(full, "UPDATE turns SET handed_to = 'group:workshop', handed_name = 'Workshop' WHERE id = 2")
    await execute(full, "UPDATE turns SET handed_to = 'tom', handed_name = 'Tom' WHERE id = 4")
    await execute(full, "UPDATE turns SET snoozed_until = now() + interval '1 day' WHERE id = 3")
    snooze = "INSERT INTO decisions (turn_id, version, verb, reviewer_id, reviewer_name, delivery_id) VALUES"
    await execute(full, f"{snooze} (3, 1, 'snooze', 'anna', 'Anna', 'd1')")

    anna = await look(full)
    assert [(row.turn_id, row.holder) for row in anna.mine] == [(3, ""), (2, "Workshop"), (1, "Anna")]
    assert anna.mine_in_all == 3
    assert anna.mine[0].snoozed_until is not None
    assert turns(anna) == [2, 1, 4]  # what is put off waits for nobody meanwhile
    tom = await look(full, who="tom")
    assert [row.turn_id for row in tom.mine] == [4]
    assert {row.turn_id: row.holder for row in tom.team} == {2: "Workshop", 1: "Anna", 4: "Tom"}

    await execute(full, "UPDATE turns SET claimed_until = now() WHERE id = 1")
    after = await look(full)
    assert 1 not in [row.turn_id for row in after.mine]
    assert next(row for row in after.team if row.turn_id == 1).holder == ""


async def test_what_stands_on_anothers_card_is_counted_there(full: World) -> None:
    await execute(full, "UPDATE turns SET shown_with = 2 WHERE id IN (1, 4)")
    overview = await look(full)
    assert [(row.turn_id, row.shares) for row in overview.team] == [(3, 0), (2, 2)]
    assert overview.matching == 2


async def test_what_i_approved_and_how_it_went(full: World) -> None:
    for turn in (1, 2):
        await full.click(Verb.APPROVE, turn)
    await full.click(Verb.APPROVE, 3, who="Tom")
    await execute(full, "UPDATE turns SET state = 'learned' WHERE id = 1")
    await execute(full, "UPDATE turns SET state = 'withheld', trouble = 'It is gone.' WHERE id = 2")
    await execute(full, "UPDATE engagements SET attained = 'attained' WHERE author_id = 'ann'")
    went = (await look(full)).went
    assert [(one.turn_id, one.state, one.attained, one.trouble) for one in went] == [
        (2, State.WITHHELD, "open", "It is gone."),
        (1, State.LEARNED, "attained", ""),
    ]
    assert went[1].words == "how do I hang it"
    assert (await look(full, who="tom")).went[0].turn_id == 3


async def test_private_details_are_masked_here_too(world: World) -> None:
    await say(world, ("ann", "my number is +44 20 7946 0123, how do I hang it"))
    assert "7946" not in (await look(world)).team[0].words


async def test_the_same_few_queries_however_many_wait(full: World) -> None:
    asked: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(full.journey.engine.sync_engine, "before_cursor_execute", note)
    await look(full)
    few = len(asked)
    await say(full, *((f"p{number}", "how do I hang it") for number in range(30)))
    asked.clear()
    await look(full)
    assert len(asked) == few == 3
