"""The main job, driven as people drive it: a post, a card, an edit, an approval, a public reply, a learned answer.

Nothing stands in for anything that the demo does not stand in for itself: real Rasa, real PostgreSQL, the real
embedding model, the unmodified Bolt app, the real Mastodon connector.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.e2e.axe import blocking, sideways
from tests.e2e.demo import STOP_SECONDS, Demo, left_behind, started, until
from tests.waiting import SERVICE_PATIENCE

pytestmark = [pytest.mark.browser, pytest.mark.rasa, pytest.mark.timeout(1200)]

WIDTHS = (1280, 390)

ASKED = "@holloway I want to hang a heavy mirror on a plasterboard wall. How do I get it to stay up?"
EDITED = (
    "Petra, find a stud first: knock along the wall and listen for the dull sound. "
    "Then put two long screws through the mirror rail into the stud, and hang the mirror on that."
)
ASKED_AGAIN = "@holloway a big heavy mirror, and all I have is a plasterboard wall. how do i make it stay up?"


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    with started(tmp_path / "demo.log") as running:
        yield running


async def test_a_post_becomes_an_approved_published_and_learned_answer(page: Page, demo: Demo) -> None:
    page.set_default_timeout(SERVICE_PATIENCE * 1000)
    expect.set_options(timeout=SERVICE_PATIENCE * 1000)

    # A customer asks in public.
    await say(page, demo, "Petra Lindqvist", ASKED)
    await expect(thread_of(page, ASKED)).to_be_visible()
    await usable(page)

    # The card appears in Slack; the reviewer edits it.
    await page.goto(f"{demo.sandbox}/?channel=reviews&user=anna")
    card = card_of(page, ASKED)
    await expect(card).to_be_visible()
    await usable(page)
    await card.get_by_role("button", name=re.compile("^Edit")).click()
    dialog = page.get_by_role("dialog")
    field = dialog.get_by_role("textbox")
    await expect(field).to_be_focused()
    drafted = await field.input_value()
    assert drafted
    await usable(page)
    await field.fill(EDITED)
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_have_count(0)
    await expect(card).to_contain_text(EDITED)
    await expect(card).not_to_contain_text(drafted.splitlines()[-2])

    # Nothing is out yet: an edit is no approval.
    await page.goto(demo.square)
    await expect(thread_of(page, ASKED).get_by_test_id("reply")).to_have_count(0)

    # The reviewer approves; the edited words stand under the post.
    await page.goto(f"{demo.sandbox}/?channel=reviews&user=anna")
    await card.get_by_role("button", name=re.compile("^Approve")).click()
    await expect(card).to_contain_text("Published")
    permalink = await card.get_by_role("link", name="see the reply").get_attribute("href")
    assert permalink
    assert permalink.startswith(demo.square)
    await page.goto(demo.square)
    reply = thread_of(page, ASKED).get_by_test_id("reply")
    await expect(reply).to_have_count(1)
    await expect(reply).to_contain_text(EDITED)
    await expect(reply).to_contain_text("@petra_lindqvist")
    await page.goto(permalink)
    await expect(page.get_by_test_id("reply")).to_contain_text(EDITED)

    # The desk shows it published and learned, and finds it for the next who asks.
    await page.goto(demo.desk)
    turn = page.locator("[data-turn]", has_text=ASKED)
    await shown(page, turn.get_by_text("published and learned"))
    await turn.get_by_text("What happened").click()
    await expect(turn).to_contain_text("Anna Reyes edited the reply")
    await expect(turn).to_contain_text("Anna Reyes approved the reply")
    await usable(page)
    await page.goto(f"{demo.desk}/knowledge")
    await page.get_by_label("What would a customer write?").fill(ASKED_AGAIN)
    await page.get_by_role("button", name="Search").click()
    learned = page.locator("[data-entry]").filter(has=page.locator(f"a[href='{permalink}']"))
    await expect(learned).to_contain_text("two long screws")
    await usable(page)
    await page.goto(f"{demo.desk}/health")
    await expect(page.get_by_text("All is well.")).to_be_visible()
    await usable(page)

    # Somebody else asks the like: the answer just learned is among the sources of the new card.
    await say(page, demo, "Yusuf Demir", ASKED_AGAIN)
    await page.goto(f"{demo.sandbox}/?channel=reviews&user=anna")
    again = card_of(page, ASKED_AGAIN)
    await expect(again.locator(f"a[href='{permalink}']").first).to_be_visible()

    # Ctrl-C stops every process.
    commands = "\n".join(" ".join(process.cmdline()) for process in left_behind())
    assert all(part in commands for part in ("goodword demo", "rasa run", "bin/postgres", "network_process"))
    assert demo.stop() == 0, demo.output.read_text()[-2000:]
    assert until(STOP_SECONDS, lambda: not left_behind()), left_behind()


async def say(page: Page, demo: Demo, who: str, text: str) -> None:
    """Post on the square as a customer."""
    await page.goto(demo.square)
    await page.get_by_test_id("post-as").fill(who)
    await page.get_by_test_id("post-text").fill(text)
    await page.get_by_test_id("post-send").click()


def thread_of(page: Page, text: str) -> Locator:
    """The thread on the square that begins with these words."""
    return page.get_by_test_id("thread").filter(has_text=text)


def card_of(page: Page, text: str) -> Locator:
    """The card in the review channel about the post with these words."""
    return page.locator("article.message").filter(has_text=text)


async def shown(page: Page, what: Locator) -> None:
    """Wait for something on a page that does not bring itself up to date."""
    for _ in range(int(SERVICE_PATIENCE)):
        if await what.count():
            return
        await page.wait_for_timeout(1000)
        await page.reload()
    await expect(what).to_be_visible(timeout=1)


async def usable(page: Page) -> None:
    """Everybody can use the page as it stands, on a desk and on a phone, and nothing sticks out sideways."""
    before = page.viewport_size
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 900})
        assert await blocking(page) == [], f"{page.url} at {width}"
        assert await sideways(page) == 0, f"{page.url} at {width}"
        assert await page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), f"{page.url} at {width}"
    if before is not None:
        await page.set_viewport_size(before)
