"""Publishing App Home: for one person at a time, the newest drawing last."""

from __future__ import annotations

import asyncio

from bot.cards.overview import EVERYTHING, Look
from bot.review import RoomUnavailable
from bot.slack import home, home_rows, home_texts
from bot.slack.desk import Desk
from bot.slack.elements import View
from bot.slack.workspace import Workspace, error_word, patiently


class Homes:
    """Draws the Home tabs of a workspace's people from the record."""

    def __init__(self, workspace: Workspace, desk: Desk) -> None:
        self._workspace = workspace
        self._desk = desk
        self._newest: dict[str, int] = {}
        self._drawing: dict[str, Look] = {}

    def looked_at(self, user: str, seen: Look) -> Look:
        """What a person looks at: what is just being drawn for them, which the view that they clicked in does not show
        yet; else what that view shows. Two clicks in a row both count."""
        return self._drawing.get(user, seen)

    async def draw(self, user: str, look: Look = EVERYTHING, *, notice: str = "", seen: str = "") -> None:
        """Publish what this person looks at. `seen` is the `hash` of the view that a click was made in.

        Of two drawings for one person the one begun later stays, whichever is ready first.

        Raises:
            RoomUnavailable: Slack does not take it now.
        """
        number = self._newest[user] = self._newest.get(user, 0) + 1
        self._drawing[user] = look
        try:
            view = await self._view(user, look, notice)
            await self._publish_newest(user, number, view, seen)
        finally:
            if self._newest[user] == number:
                self._drawing.pop(user, None)

    async def _publish_newest(self, user: str, number: int, view: View, seen: str) -> None:
        try:
            if self._newest[user] == number:
                await self._publish(user, view, seen)
        except RoomUnavailable as error:
            if error_word(error.__cause__) != "hash_conflict":
                raise
            # what stands there was drawn for something else meanwhile; this click is newer, or a later one draws
            if self._newest[user] == number:
                await self._publish(user, view, "")

    async def _view(self, user: str, look: Look, notice: str) -> View:
        if await self._workspace.refusal(user):
            return home.closed_home(home_texts.HOME_NOT_A_REVIEWER)
        person = await self._workspace.reviewer(user)
        overview, publishing = await asyncio.gather(self._desk.overview(person, look), self._desk.publishing())
        lead = self._desk.may_override(person)
        above = [*home_rows.switch(publishing, lead=lead), *([home.for_leads()] if lead else [])]
        return home.home(overview, me=user, above=above, notice=notice)

    async def _publish(self, user: str, view: View, seen: str) -> None:
        web = self._workspace.web
        await patiently("views.publish", lambda: web.views_publish(user_id=user, view=view, hash=seen or None))
