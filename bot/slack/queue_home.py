"""Clicks in App Home that are about the list, not about one turn: filters and pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from bot.cards.overview import FILTERS, Look
from bot.review import Reviewer
from bot.slack.clicks import Clicks


@dataclass(frozen=True)
class HomeClick:
    """A click on a menu or button of Home: by whom, what was chosen, and what the person looked at meanwhile."""

    user: str
    value: str
    look: Look
    seen: str
    team: str = ""

    @classmethod
    def of(cls, body: dict[str, Any]) -> HomeClick:
        """Read a `block_actions` payload. Raises KeyError where it is none of Home."""
        action, view = body["actions"][0], body["view"]
        chosen = action.get("selected_option") or action
        look = Look.load(view.get("private_metadata") or "")
        return cls(
            body["user"]["id"],
            str(chosen.get("value", "")),
            look,
            view.get("hash") or "",
            body["user"].get("team_id") or "",
        )


async def filter_by(clicks: Clicks, click: HomeClick) -> None:
    """Show what passes one more (or one other) filter, from its first page on."""
    name, _, wished = click.value.partition(":")
    look = clicks.homes.looked_at(click.user, click.look)
    look = replace(look, page=0, **{name: wished}) if name in FILTERS else look
    await clicks.homes.draw(click.user, look, seen=click.seen)


async def turn_to(clicks: Clicks, click: HomeClick) -> None:
    """Show another page, or the same one as it is now."""
    page = int(click.value) if click.value.isdecimal() else 0
    look = clicks.homes.looked_at(click.user, click.look)
    if look == click.look:  # else it is a page of a list that does not stand there any more
        look = replace(look, page=page)
    await clicks.homes.draw(click.user, look, seen=click.seen)


async def pause(clicks: Clicks, click: HomeClick) -> None:
    """Pause publishing: whoever reviews may."""
    await _switch(clicks, click, clicks.desk.pause)


async def resume(clicks: Clicks, click: HomeClick) -> None:
    """Resume publishing: the desk says who may."""
    await _switch(clicks, click, clicks.desk.resume)


async def _switch(clicks: Clicks, click: HomeClick, turn: Callable[[Reviewer], Awaitable[str]]) -> None:
    said = ""
    if not await clicks.workspace.refusal(click.user, team_id=click.team):
        said = await turn(await clicks.workspace.reviewer(click.user))
    await clicks.homes.draw(click.user, clicks.homes.looked_at(click.user, click.look), notice=said)


async def show_all(clicks: Clicks, click: HomeClick) -> None:
    """Show the queue without filters."""
    await clicks.homes.draw(click.user, Look(), seen=click.seen)
