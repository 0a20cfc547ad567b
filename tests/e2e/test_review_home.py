"""Home, the daily digest and a card for several posts, clicked on a real journey through the sandbox's page."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Locator, Page, expect
from sqlalchemy import text

from actions.proposal import ProposalKind
from bot.cards import digest
from bot.listening import Listener
from bot.rules.rules import Rules
from bot.states import State
from tests.e2e.axe import blocking, sideways
from tests.integration.conftest import database, postgres, template  # noqa: F401 (fixtures)
from tests.integration.journey.world import RecordingMemory, ScriptedAssistant
from tests.integration.slack.world import Review, reviewing
from tests.waiting import until

pytestmark = pytest.mark.browser

ANNA, TOM = "U0ANNAREYES", "U0TOMOKAFOR"
PHONE = {"width": 390, "height": 844}
SAME = "How do I hang a heavy shelf on plasterboard?"


@pytest.fixture
async def review(database: str) -> AsyncIterator[Review]:  # noqa: F811 (the fixture)
    """Anna and Tom decide, Tom leads; posts in the same words are alike."""
    rules = Rules(reviewers=frozenset({ANNA, TOM}), leads=frozenset({TOM}), undo=timedelta(0), cards_per_hour=2)
    async with reviewing(database, rules, RecordingMemory(reads=True)) as found:
        yield found


async def heard(review: Review, *said: tuple[str, str]) -> None:
    """Customers write, all at once."""
    for who, words in said:
        review.channel.say(who, words)
    await Listener(review.journey, review.channel, 1.0).once()


def scripted(review: Review) -> ScriptedAssistant:
    assert isinstance(review.journey.assistant, ScriptedAssistant)
    return review.journey.assistant


async def at_home(page: Page, review: Review, who: str) -> Locator:
    await page.goto(f"{review.sandbox.address}/home?user={who}")
    return page.get_by_role("region", name="Home tab")


async def fine(page: Page) -> None:
    """Nothing sticks out, nothing keeps anybody from using it."""
    assert await sideways(page) <= 0
    assert await blocking(page) == []


async def waiting(home: Locator, count: int) -> None:
    """Look again until so many wait: Home does not change by itself."""
    await seen(home, home.get_by_text(re.compile(rf"^{count} (is|are) waiting")))


async def seen(home: Locator, said: Locator) -> None:
    """Look again until Home says it."""

    async def look() -> bool:
        await home.get_by_role("button", name="Look again").click()
        await asyncio.sleep(0.3)
        return bool(await said.count())

    await until(look, str(said))


async def standing(review: Review, state: State, count: int) -> None:
    """Wait until so many turns stand in a state."""

    async def look() -> bool:
        async with review.journey.engine.connect() as connection:
            wanted = text("SELECT count(*) FROM turns WHERE state = :state")
            return (await connection.execute(wanted, {"state": state.value})).scalar_one() == count

    await until(look, f"{count} turns are {state}")


async def test_filtered_paged_reviewed_stopped_and_how_it_went(page: Page, review: Review) -> None:
    assistant = scripted(review)
    assistant.kinds["saw"] = ProposalKind.CLARIFY
    assistant.intents["scratched"] = "complain"
    posts = [(f"c{number}", f"How do I build step {number} of the cupboard?") for number in range(20)]
    await heard(review, ("ben", "Which saw is right for oak?"), ("mia", "My new desk came scratched."), *posts)
    await page.set_viewport_size(PHONE)
    home = await at_home(page, review, "anna")
    await waiting(home, 22)
    rows = home.get_by_role("button", name=re.compile("^Review the reply to"))
    await expect(rows).to_have_count(20)
    await fine(page)

    # Pages, and back.
    await expect(home.get_by_text("1 to 20 of 22")).to_be_visible()
    await home.get_by_role("button", name="Next").click()
    await expect(home.get_by_text("21 to 22 of 22")).to_be_visible()
    await expect(rows).to_have_count(2)
    await home.get_by_role("button", name="Previous").click()
    await expect(rows).to_have_count(20)

    # Filters: a lane, then a kind.
    await home.get_by_label("Every lane").select_option(label="Urgent")
    await expect(rows).to_have_count(1)
    await expect(home.get_by_text("My new desk came scratched.")).to_be_visible()
    await home.get_by_label("Every kind").select_option(label="A question back")
    await expect(home.get_by_text("Nothing passes these filters")).to_be_visible()
    await fine(page)
    await home.get_by_role("button", name="Show all").click()
    await expect(rows).to_have_count(20)
    for menu in ("lane", "kind"):  # nor do the menus say otherwise
        await expect(home.get_by_label(f"Every {menu}")).to_have_value(f"{menu}:")
    await home.get_by_label("Every kind").select_option(label="A question back")
    await expect(rows).to_have_count(1)

    # Stopped by Anna; what she approves from Home then waits.
    await home.get_by_role("button", name="Pause publishing").click()
    await expect(home.get_by_text("Publishing is paused", exact=True)).to_be_visible()
    await expect(home.get_by_role("button", name="Resume publishing")).to_have_count(0)  # Anna is no lead
    await rows.first.click()
    dialog = page.get_by_role("dialog", name="Review")
    await expect(dialog.get_by_text("Which saw is right for oak?")).to_be_visible()
    await fine(page)
    await dialog.get_by_role("button", name=re.compile("^Approve")).click()
    await expect(dialog.get_by_role("button", name=re.compile("^Approve"))).to_have_count(0)
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(home.get_by_text("What you approved")).to_be_visible()
    await expect(home.get_by_text("goes out soon")).to_be_visible()
    await expect(rows).to_have_count(0)  # the filter stays: nothing else of that kind waits
    assert review.channel.published == ()

    # A lead lets it go on, at a desk.
    await page.set_viewport_size({"width": 1280, "height": 900})
    home = await at_home(page, review, "tom")
    await expect(home.get_by_text("by Anna Reyes")).to_be_visible()
    await home.get_by_role("button", name="Resume publishing").click()
    await expect(home.get_by_text("Approved replies go out", exact=True)).to_be_visible()
    await fine(page)
    await until(lambda: review.channel.published)

    home = await at_home(page, review, "anna")
    await seen(home, home.get_by_text("is published"))
    await expect(home.get_by_text("nobody has said yet whether it worked")).to_be_visible()
    await fine(page)


async def test_one_of_the_digest_is_drafted_all_the_same(page: Page, review: Review) -> None:
    scripted(review).kinds["weather"] = ProposalKind.NO_REPLY
    await heard(review, ("ben", "Lovely weather for sanding!"), ("mia", "What weather, I stay in and paint."))
    await standing(review, State.SILENT, 2)
    assert await digest.send(review.journey, datetime.now(UTC).replace(hour=23)) == 2
    scripted(review).kinds.clear()
    await page.set_viewport_size(PHONE)
    await page.goto(f"{review.sandbox.address}/?channel=reviews&user=anna")
    message = page.locator("article.message").filter(has_text="No reply was proposed for 2 posts")
    await expect(message).to_contain_text("Lovely weather for sanding!")
    await fine(page)
    await message.get_by_role("button", name="Draft a reply to Ben all the same").click()
    await expect(message).to_contain_text("in the queue now")
    await expect(message.get_by_role("button", name=re.compile("^Draft a reply"))).to_have_count(1)
    card = page.locator("article.message").filter(has_text="Approve").filter(has_text="Lovely weather")
    await expect(card.get_by_role("button", name=re.compile("^Approve"))).to_be_visible()
    await fine(page)

    # The other one, from Home.
    home = await at_home(page, review, "anna")
    await home.get_by_label("Every kind").select_option(label="No reply needed")
    await expect(home.get_by_role("button", name="Draft a reply to Mia all the same")).to_be_visible()
    await expect(home.get_by_text("1 post", exact=True)).to_be_visible()
    await fine(page)
    await home.get_by_role("button", name="Draft a reply to Mia all the same").click()
    await expect(home.get_by_text("A reply is being drafted.")).to_be_visible()
    await fine(page)
    await home.get_by_role("button", name="Show all").click()
    await waiting(home, 2)
    assert review.channel.published == ()


async def test_several_about_the_same_are_approved_but_one(page: Page, review: Review) -> None:
    said_by = (("ann", SAME), ("bob", f"{SAME} Please!"), ("cem", f"Hello! {SAME}"))
    for number, (who, words) in enumerate(said_by, start=1):
        await review.say(who, words)
        await standing(review, State.ASKED, number)
    await page.set_viewport_size(PHONE)
    await page.goto(f"{review.sandbox.address}/?channel=reviews&user=anna")
    card = page.locator("article.message").filter(has_text="3 posts about the same thing")
    await card.get_by_label("More…").select_option(label="See all of them")
    dialog = page.get_by_role("dialog", name="About the same thing")
    ticks = dialog.get_by_role("checkbox")
    await expect(ticks).to_have_count(3)
    await fine(page)
    await dialog.get_by_role("group", name=re.compile("Bob")).get_by_role("checkbox").uncheck()
    await dialog.get_by_role("button", name="Approve what is ticked").click()
    said = page.get_by_role("dialog", name="Goodword")
    await expect(said.get_by_text("Approved: 2.")).to_be_visible()
    await fine(page)
    await until(lambda: len(review.channel.published) == 2)
    async with review.journey.engine.connect() as connection:
        found = await connection.exec_driver_sql("SELECT turn_id, verb, reviewer_id FROM decisions ORDER BY turn_id")
        assert [tuple(row) for row in found] == [(1, "approve", ANNA), (3, "approve", ANNA)]
    await said.get_by_role("button", name="Close").first.click()

    # The one left alone gets a card of its own at once, and waits in Home.
    left = page.locator("article.message").filter(has_text="Please!")
    await expect(left.get_by_role("button", name=re.compile("^Approve"))).to_be_visible()
    home = await at_home(page, review, "anna")
    await waiting(home, 1)
