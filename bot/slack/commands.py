"""The slash command: `/goodword` and what may stand behind it. Answers are seen by the person who typed only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from slack_bolt.context.respond.async_respond import AsyncRespond

from bot.cards.overview import Look
from bot.moments import moment_in
from bot.slack import command_texts as say
from bot.slack import elements as el
from bot.slack import home, home_texts, modals
from bot.slack.clicks import Clicks
from bot.slack.elements import Block
from bot.slack.workspace import calling

USAGE = "status | next | search … | notice … until … | pause | resume"
FOUND = 5


async def goodword(clicks: Clicks, body: dict[str, Any], respond: AsyncRespond) -> None:
    """Do what was typed; anything else is answered with what can be typed."""
    if no := await clicks.workspace.refusal(body["user_id"], team_id=body.get("team_id") or ""):
        await respond(no)
        return
    word, _, rest = str(body.get("text") or "").strip().partition(" ")
    work = _WORDS.get(word.lower())
    if work is None:
        await respond(
            say.COMMAND_HELP if word.lower() in ("", "help") else say.COMMAND_UNKNOWN.format(word=el.escaped(word, 60))
        )
        return
    await work(clicks, body, respond, rest.strip())


async def _status(clicks: Clicks, body: dict[str, Any], respond: AsyncRespond, rest: str) -> None:
    reviewer = await clicks.workspace.reviewer(body["user_id"])
    overview, publishing = await clicks.desk.overview(reviewer, Look()), await clicks.desk.publishing()
    await respond(f"{home.counts_line(overview)}\n{say.publishing(publishing)}")


async def _next(clicks: Clicks, body: dict[str, Any], respond: AsyncRespond, rest: str) -> None:
    found, hidden = await clicks.desk.queue(1), await clicks.desk.out_of_reach()
    if hidden:
        await respond(el.harmless(say.out_of_reach(hidden)))
    if not found:
        if not hidden:
            await respond(home_texts.HOME_EMPTY)
        return
    with calling("views.open"):
        await clicks.workspace.web.views_open(trigger_id=body["trigger_id"], view=modals.review_modal(found[0]))


async def _search(clicks: Clicks, body: dict[str, Any], respond: AsyncRespond, rest: str) -> None:
    if not rest:
        await respond(say.SEARCH_WHAT)
        return
    found = await clicks.desk.search(el.clean(rest), FOUND)
    if not found:
        await respond(say.NOTHING_FOUND.format(words=el.escaped(rest, 100)))
        return
    blocks: list[Block] = [el.section(f"*{say.FOUND.format(words=el.escaped(rest, 100))}*")]
    for hit in found:
        facts = [
            say.ENTRY_KIND[hit.entry.kind],
            *([el.moment(hit.entry.created_at)] if hit.entry.created_at else []),
        ]
        title = el.link(hit.entry.url, el.escaped(hit.entry.title or hit.entry.question or hit.entry.id, 120))
        blocks.append(
            el.section(f"*{title}*  ·  {'  ·  '.join(facts)}\n{el.escaped(hit.quote or hit.entry.text, 280)}")
        )
    await respond(text=say.FOUND.format(words=el.escaped(rest, 100)), blocks=blocks)


async def _notice(clicks: Clicks, body: dict[str, Any], respond: AsyncRespond, rest: str) -> None:
    text, until, when = rest.rpartition(" until ")
    reviewer = await clicks.workspace.reviewer(body["user_id"])
    zone = ZoneInfo(await clicks.workspace.time_zone(body["user_id"]))
    end = moment_in(when, zone, datetime.now(UTC)) if until else None
    if not text.strip() or end is None:
        await respond(say.NOTICE_HOW)
        return
    if end <= datetime.now(UTC):
        await respond(say.NOTICE_PAST)
        return
    await respond(
        await clicks.desk.notice(el.clean(text).strip(), end, reviewer, f"{end.astimezone(zone):%-d %b, %H:%M}")
    )


async def _pause(clicks: Clicks, body: dict[str, Any], respond: AsyncRespond, rest: str) -> None:
    await respond(el.harmless(await clicks.desk.pause(await clicks.workspace.reviewer(body["user_id"]))))


async def _resume(clicks: Clicks, body: dict[str, Any], respond: AsyncRespond, rest: str) -> None:
    await respond(el.harmless(await clicks.desk.resume(await clicks.workspace.reviewer(body["user_id"]))))


_WORDS: dict[str, Callable[[Clicks, dict[str, Any], AsyncRespond, str], Awaitable[None]]] = {
    "status": _status,
    "next": _next,
    "search": _search,
    "notice": _notice,
    "pause": _pause,
    "resume": _resume,
}
