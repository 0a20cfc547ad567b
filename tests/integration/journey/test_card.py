"""What a card knows of the past: how its sources have served, and what we have promised in this thread."""

from __future__ import annotations

from sqlalchemy import text

from bot.review import Use, Verb
from tests.integration.journey.world import World

ASK = "How do I hang a heavy shelf on plasterboard?"


async def answered(world: World, who: str, turn_id: int, typed: str = "") -> None:
    world.channel.say(who, ASK)
    await world.settle()
    if typed:
        assert (await world.click(Verb.EDIT, turn_id, text=typed)).accepted
    assert (await world.click(Verb.APPROVE, turn_id)).accepted
    await world.settle()


async def test_a_source_tells_how_often_it_was_used_and_how_often_that_worked(world: World) -> None:
    await answered(world, "ann", 1)
    assert (await world.card()).uses == {"plugs": Use(0, 0)}  # its own publication is no experience yet
    await answered(world, "bob", 2)
    await answered(world, "cid", 3, typed="In my own words.")  # rests on no entry
    async with world.journey.engine.begin() as connection:
        await connection.execute(text("UPDATE engagements SET attained = 'attained' WHERE author_id LIKE '%ann%'"))
    world.channel.say("dee", ASK)
    await world.settle()
    assert (await world.card(4)).uses == {"plugs": Use(2, 1)}
    async with world.journey.engine.begin() as connection:
        await connection.execute(text("UPDATE publications SET withdrawn_at = now() WHERE turn_id = 1"))
    assert (await world.card(4)).uses == {"plugs": Use(1, 0)}


async def test_the_use_is_looked_up_by_an_index(world: World) -> None:
    async with world.journey.engine.connect() as connection:
        await connection.execute(text("SET enable_seqscan = off"))
        plan = await connection.execute(
            text("EXPLAIN SELECT id FROM replies WHERE sentences @> ANY (CAST(:all AS jsonb[]))"),
            {"all": ['[{"sources": ["a"]}]', '[{"sources": ["b"]}]']},
        )
        assert "ix_replies_sentences" in "\n".join(plan.scalars())


async def test_what_we_promised_earlier_in_the_thread_stands_on_the_card(world: World) -> None:
    world.channel.say("ann", ASK)
    await world.settle()
    assert (await world.card()).promised == ()
    assert (await world.click(Verb.EDIT, text="We will send you two anchors. Use a plug until then.")).accepted
    async with world.journey.engine.begin() as connection:  # a lead has let it pass
        await connection.execute(text("UPDATE replies SET checks = '[]'"))
    assert (await world.click(Verb.APPROVE)).accepted
    await world.settle()
    world.channel.say("ann", "They have not come. How do I hang it now?", reply_to=world.channel.posts[0].native_id)
    await world.settle()
    assert (await world.card(2)).promised == ("We will send you two anchors.",)
