"""The team's rules, clicked: a lead changes them from Home, two people approve, the card goes where the rules say."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
from playwright.async_api import Page, expect

from bot.record import team_rules
from bot.review_desk import JourneyDesk
from bot.sandbox.running import RunningSandbox
from bot.sandbox.workspace import BOT
from bot.slack.app import create
from bot.slack.config import SlackConfig
from bot.slack.room import SlackRoom
from bot.slack.serve import SocketMode
from tests.e2e.axe import blocking, sideways
from tests.e2e.patient import patient
from tests.integration.conftest import database, postgres, template  # noqa: F401 (fixtures)
from tests.integration.journey.conftest import world  # noqa: F401 (a fixture)
from tests.integration.journey.test_rules import apply
from tests.integration.journey.world import World
from tests.waiting import until

pytestmark = pytest.mark.browser

ANNA, TOM = "U0ANNAREYES", "U0TOMOKAFOR"


@dataclass
class House:
    """A journey whose cards stand in the sandbox."""

    world: World
    sandbox: RunningSandbox
    room: SlackRoom

    def url(self, person: str, place: str = "?channel=reviews&") -> str:
        return f"{self.sandbox.address}/{place}user={person}"

    async def asked(self) -> None:
        self.world.channel.say("jo", "How do I hang a shelf?")
        await self.world.settle()

    async def rules(self) -> team_rules.Change:
        async with self.world.journey.engine.connect() as connection:
            return (await team_rules.history(connection))[0]


@pytest.fixture
async def house(world: World) -> AsyncIterator[House]:  # noqa: F811
    with patient() as sandbox:
        given = sandbox.workspace.settings
        config = SlackConfig(given.bot_token, "reviews", app_token=given.app_token, base_url=sandbox.api)
        room, desk = SlackRoom.of(config), JourneyDesk()
        room.workspace.team = desk.team
        world.journey = desk.journey = replace(world.journey, rooms=(room,))
        world.journey.queue.bind(world.journey)
        socket = SocketMode(create(config, desk, room), config)
        await socket.start()
        yield House(world, sandbox, room)
        await socket.stop()


async def test_a_lead_changes_people_and_cards_an_hour_from_home(page: Page, house: House) -> None:
    await apply(house.world, people={ANNA: {"name": "Anna", "may": ["lead"]}})
    await page.goto(house.url("tom", "home?"))
    await expect(page.get_by_role("button", name="Rules…")).to_have_count(0)  # Tom is no lead

    await page.goto(house.url("anna", "home?"))
    await page.get_by_role("button", name="Rules…").click()
    form = page.get_by_role("dialog", name="The team's rules")
    await expect(form.get_by_label("Cards an hour")).to_have_value("20")
    assert await blocking(page) == []

    await form.get_by_label("Cards an hour").fill("7")
    await form.get_by_label("Time zone").fill("Europe/Berlinn")
    await form.get_by_role("button", name="Save").click()
    await expect(form.get_by_text("did you mean “Europe/Berlin”?")).to_be_visible()  # at its field, nothing is lost
    await expect(form.get_by_label("Cards an hour")).to_have_value("7")

    await form.get_by_label("Time zone").fill("Europe/Berlin")
    await form.get_by_label("Service begins").fill("09:00")
    await form.get_by_label("Service ends").fill("17:30")
    approve = form.get_by_role("group", name="Who may approve")
    await approve.get_by_label("Tom Okafor").check()
    await page.set_viewport_size({"width": 390, "height": 844})
    assert await sideways(page) <= 0
    await form.get_by_role("button", name="Save").click()
    await expect(form).to_have_count(0)
    await expect(page.get_by_text("Saved. The rules hold from now on.")).to_be_visible()

    change = await house.rules()
    assert change.who.endswith(f"({ANNA})")
    assert "cards_per_hour: 20 → 7" in change.what
    assert (change.rules.cards_per_hour, change.rules.threshold) == (7, None)  # what was not changed is not written
    assert change.rules.people
    assert {right.value for right in change.rules.people[TOM].may} == {"approve"}
    async with house.world.journey.engine.connect() as connection:
        rules = await house.world.journey.stand(connection)
    assert (rules.hours.zone, f"{rules.hours.start:%H:%M}") == ("Europe/Berlin", "09:00")


async def test_two_people_approve_and_one_cannot_be_both(page: Page, house: House) -> None:
    await apply(house.world, two_people=["answered"])
    await house.asked()
    await page.goto(house.url("anna"))
    approve = page.get_by_role("button", name="Approve")
    await approve.click()
    await expect(page.get_by_text("A second person has to approve it too before it goes out.")).to_be_visible()
    await approve.click()
    await expect(page.get_by_text("A second person has to approve it too: it cannot be you.")).to_be_visible()
    await house.world.settle()
    assert house.world.channel.published == ()

    await page.goto(house.url("tom"))
    await page.get_by_role("button", name="Approve").click()
    await expect(page.get_by_role("button", name="Approve")).to_have_count(0)

    async def out() -> bool:
        await house.world.settle()
        return bool(house.world.channel.published)

    await until(out, "the reply is out")
    assert len(house.world.channel.published) == 1


async def test_a_card_goes_where_the_rules_say_and_only_the_named_decide(page: Page, house: House) -> None:
    channels = [{"channel": "general", "lane": "deep"}]
    await apply(house.world, channels=channels, people={TOM: {"may": ["edit"]}, ANNA: {}})
    assert "general" in str(await house.room.healthy())  # nobody has invited us there yet
    house.sandbox.workspace.channel("general").members.add(BOT.id)
    assert await house.room.healthy() is None
    await house.asked()
    await page.goto(house.url("tom", "?channel=general&"))
    await page.get_by_role("button", name="Approve").click()
    await expect(page.get_by_text("You may edit here; approving is for others.")).to_be_visible()
