"""Take the pictures in docs/screens of a running demo, on a desk (1280 pixels wide) and on a phone (390).

Start `goodword demo --fresh`, wait for its first nine posts, then: `.venv/bin/python -m tools.screens`. It clicks a
little (approves, edits, rejects), so that the pictures show cards in different states.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from bot.review import RejectReason
from bot.slack import texts
from tests.e2e.browser import find

OUT = Path(__file__).resolve().parent.parent / "docs" / "screens"
#: Width and height of a desk's window and of a phone's.
SIZES = ((1280, 1400), (390, 1400))
#: Heights of pages that need less.
HEIGHTS = {"desk-health": 760}
PATIENCE = 60_000


def main() -> None:
    """Take them all."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--square", default="http://127.0.0.1:3910")
    parser.add_argument("--sandbox", default="http://127.0.0.1:3911")
    parser.add_argument("--desk", default="http://127.0.0.1:3900/desk")
    parser.add_argument("--out", type=Path, default=OUT)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=PATIENCE)
    channel = f"{given.sandbox}/?channel=reviews&user=anna"
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        page.set_default_timeout(PATIENCE)
        page.goto(channel)
        decide(page)
        pictures = {
            "square": given.square,
            "desk-queue": given.desk,
            "desk-knowledge": f"{given.desk}/knowledge?q=how+do+I+hang+a+shelf+on+plasterboard%3F",
            "desk-doubted": f"{given.desk}/knowledge",
            "desk-health": f"{given.desk}/health",
        }
        for name, address in pictures.items():
            take(page, address, given.out, name)


def decide(page: Page) -> None:
    """Bring the demo's first cards into different states."""
    expect(card(page, "Alun Prosser")).to_be_visible()
    for name in ("Noor Haddad", "Jack Wentworth"):
        card(page, name).get_by_role("button", name="Approve").click()
        expect(card(page, name)).to_contain_text("Published")
    card(page, "Sunniva Berg").get_by_role("button", name="Reject").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox").select_option(label="The tone is off")
    dialog.get_by_role("textbox").fill("There is a newborn next door: less brisk, please.")
    dialog.get_by_role("button", name="Reject").click()
    expect(dialog).to_have_count(0)
    card(page, "Gwen Pritchard").get_by_role("button", name="Reject").click()
    dialog.get_by_role("combobox").select_option(label=texts.REASON[RejectReason.OUTDATED])
    dialog.get_by_role("radio").first.check()
    dialog.get_by_role("textbox").fill("That has changed with the new range.")
    dialog.get_by_role("button", name="Reject").click()
    expect(dialog).to_have_count(0)
    card(page, "Dele Adeyemi").get_by_role("button", name="Edit").click()
    field = dialog.get_by_role("textbox")
    field.fill(field.input_value().replace("Sorry about this.", "Sorry about the clip, Dele."))
    dialog.get_by_role("button", name="Save").click()
    expect(card(page, "Dele Adeyemi")).to_contain_text("Sorry about the clip")
    page.goto(page.url.replace("/?", "/home?"))  # so that the Home tab is drawn
    expect(page.get_by_role("button", name="Review").first).to_be_visible()


def card(page: Page, who: str) -> Locator:
    """The card about this person's post."""
    return page.locator("article.message", has_text=who).first


def take(page: Page, address: str | None, out: Path, name: str) -> None:
    """One page (or the one that is open) at every size."""
    for width, tall in SIZES:
        page.set_viewport_size({"width": width, "height": HEIGHTS.get(name, tall)})
        if address is not None:
            page.goto(address)
            page.wait_for_load_state("networkidle")
        page.evaluate("document.fonts.ready")
        path = out / f"{name}-{width}.png"
        page.screenshot(path=path, animations="disabled")
        print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser that the tests use."""
    path = find()
    if path is None:
        raise SystemExit("No Chromium was found: `make test` sees to it, or set CHROMIUM.")
    arguments = ["--disable-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        try:
            yield browser
        finally:
            browser.close()


if __name__ == "__main__":
    main()
