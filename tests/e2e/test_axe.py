"""The accessibility check itself: it must find what is wrong, or its silence about our pages means nothing."""

from __future__ import annotations

from playwright.async_api import Page

from tests.e2e.axe import blocking, sideways

GOOD = (
    "<!doctype html><html lang=en><title>Fine</title><main><h1>Fine</h1><img src='data:,' alt='A shelf'></main></html>"
)
BAD = (
    "<!doctype html><html lang=en><title>Bad</title><main><h1>Bad</h1><img src='data:,'><button></button></main></html>"
)


async def test_names_what_keeps_somebody_out(page: Page) -> None:
    await page.set_content(BAD)
    found = "\n".join(await blocking(page))
    assert "image-alt" in found
    assert "button-name" in found


async def test_is_silent_about_a_sound_page(page: Page) -> None:
    await page.set_content(GOOD)
    assert await blocking(page) == []


async def test_measures_what_sticks_out(page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 800})
    await page.set_content("<meta name=viewport content='width=device-width'><div style='width:500px'>wide</div>")
    assert await sideways(page) >= 110
    await page.set_content("<p>narrow</p>")
    assert await sideways(page) == 0
