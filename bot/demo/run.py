"""`goodword demo`: watch it and click along, or (`--once`) let the automatic reviewer show that the whole way works."""

from __future__ import annotations

import asyncio
import contextlib
import time

from rich.console import Console
from rich.table import Table

from actions.proposal import Proposal, ProposalKind
from bot import logs
from bot.demo import digest, sample, team
from bot.demo.place import Demo, opened
from bot.demo.sample import Said, Script
from bot.demo.stream import Stream
from bot.record import posts, replies, turns
from bot.record.turns import Turn
from bot.sandbox.reviewer import AutomaticReviewer
from bot.settings import Settings
from bot.states import State
from knowledge.errors import GoodwordError

#: Seconds within which a post has to be answered when nobody but machines is involved.
_PATIENCE = 120.0
_BETWEEN_POSTS = 2.0


class DemoFailed(GoodwordError):
    """The whole way did not work; the sentence says where it stopped."""

    code = "demo_failed"


async def demo(settings: Settings, console: Console, *, once: bool, fresh: bool) -> None:
    """Run the demo until Ctrl-C; with `once` tell the whole story and stop.

    Raises:
        DemoFailed: `once`, and a part of the story did not come true.
        NotTheSandbox: `once`, although a real workspace is connected.
    """
    began = time.monotonic()
    logs.configure(settings.home / "demo" / "logs")
    script = sample.read()
    async with opened(settings, console, script, once=once, fresh=fresh) as demo:
        _addresses(demo, console, time.monotonic() - began)
        stream = Stream(demo.service.core.engine, console)
        await stream.start()
        beside = [asyncio.create_task(stream.run())]
        try:
            if once:
                connected = settings.slack_bot_token is not None
                await _story(demo, script, console, workspace_connected=connected)
            else:
                beside.append(asyncio.create_task(digest.send_once_there_is_enough(demo.service.core, console)))
                await _opening(demo, script)
                await asyncio.Event().wait()
        finally:
            for task in beside:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task


def _addresses(demo: Demo, console: Console, seconds: float) -> None:
    table = Table(show_header=False, box=None)
    table.add_row("Town square", demo.square, "post as a customer, watch replies appear")
    table.add_row("Slack sandbox", f"{demo.sandbox}/", "the review channel: approve, edit, reject")
    table.add_row("Desk", demo.desk, "queue, knowledge, health")
    console.print(f"\nReady after {seconds:.0f} s. Ctrl-C stops everything.\n", highlight=False)
    console.print(table)
    people = Table(show_header=False, box=None)
    for name, role in team.roles(demo.service.core.journey.rules):
        people.add_row(name, role)
    console.print("\nIn the sandbox you choose at the top who you are:\n", highlight=False)
    console.print(people)
    console.print()


async def _opening(demo: Demo, script: Script) -> None:
    """The sample customers' first posts; the network keeps them, so a second run does not repeat them."""
    for said in (*script.opening, script.unanswerable, *script.idle):
        await _say(demo, said)
        await asyncio.sleep(_BETWEEN_POSTS)


async def _say(demo: Demo, said: Said) -> str:
    return await demo.town.post(said.person, said.text, key=f"demo-{said.person.handle}-{len(said.text)}")


async def _story(demo: Demo, script: Script, console: Console, *, workspace_connected: bool) -> None:
    """Opening posts are answered; the unanswerable one is held back and written by the reviewer; a similar post is
    then drafted from that answer."""

    def answer(card: str) -> str | None:
        return script.answer if script.unanswerable.person.name in card else None

    reviewer = await asyncio.to_thread(
        lambda: AutomaticReviewer(demo.sandbox, workspace_connected=workspace_connected, answer=answer)
    )
    reviewing = asyncio.create_task(_review(reviewer))
    try:
        opening = [await _say(demo, said) for said in script.opening]
        for native_id in opening:
            await _until(demo, native_id, State.LEARNED, State.CLOSED)  # an acknowledgement teaches nothing
        asked = await _say(demo, script.unanswerable)
        written, held = await _until(demo, asked, State.LEARNED)
        similar = await _say(demo, script.similar)
        drawn, drafted = await _until(demo, similar, State.LEARNED)
        await _judge(demo, written, held, drawn, drafted, len(opening), console)
    finally:
        reviewing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reviewing
        reviewer.close()


async def _review(reviewer: AutomaticReviewer) -> None:
    while True:
        await asyncio.to_thread(reviewer.step)
        await asyncio.sleep(0.5)


async def _until(demo: Demo, native_id: str, *states: State) -> tuple[Turn, Proposal]:
    """The turn of a post once it has got there. Raises DemoFailed when it takes another way or too long."""
    engine = demo.service.core.engine
    until = time.monotonic() + _PATIENCE
    where = "not heard"
    while time.monotonic() < until:
        async with engine.connect() as connection:
            turn_id = await posts.turn_of(connection, "mastodon", native_id)
            if turn_id is not None:
                turn = await turns.get(connection, turn_id)
                proposal = await replies.last_proposal(connection, turn_id)
                if turn.state in states and proposal is not None:
                    return turn, proposal
                where = f"{turn.state} {turn.trouble}".strip()
        await asyncio.sleep(0.2)
    raise DemoFailed(
        f"post {native_id} was not {states[0]} within {_PATIENCE:.0f} s but {where}",
        hint="the log is in .goodword/demo/logs",
    )


async def _judge(
    demo: Demo, written: Turn, held: Proposal, drawn: Turn, drafted: Proposal, answered: int, console: Console
) -> None:
    """Print the summary. Raises DemoFailed where a claim does not hold."""
    permalink = (await _card_link(demo, written.id)) or ""
    sources = drafted.candidates[0].sentences if drafted.candidates else ()
    used = {source for sentence in sources for source in sentence.sources}
    first = next((source for source in drafted.sources if source.entry_id in used), None)
    claims = {
        f"{answered} posts were answered": answered > 0,
        f"one was held back: {held.reason_text}": (held.kind, held.reason) == (ProposalKind.HAND_OFF, "no_source"),
        f"a later one was drafted from that answer: {permalink}": drafted.kind is ProposalKind.ADVISE
        and first is not None
        and bool(permalink)
        and first.url == permalink,
    }
    console.print()
    for claim, true in claims.items():
        console.print(f"{'[green]yes[/]' if true else '[red]NO[/]'}  {claim}", highlight=False)
    if not all(claims.values()):
        raise DemoFailed("the whole way did not work", hint="the lines marked NO say where it stopped")


async def _card_link(demo: Demo, turn_id: int) -> str | None:
    card = await demo.service.core.journey.card(turn_id)
    return card.published[0] if card and card.published else None
