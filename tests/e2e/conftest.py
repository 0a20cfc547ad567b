"""A real browser for the tests that need to see a page as a person does."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.e2e.browser import find
from tests.integration.conftest import database, postgres, template  # noqa: F401  (fixtures)
from tests.waiting import PATIENCE

#: Nothing but the page itself may use the network. As root Chromium refuses to run with its sandbox.
ARGUMENTS = ["--disable-gpu", "--disable-quic", "--disable-background-networking"]

expect.set_options(timeout=PATIENCE * 1000)


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """A fresh page, 1280 pixels wide. A test that sees an error in the page's own code fails."""
    browser = find()
    if browser is None:
        pytest.fail("no Chromium: run `make test`, which sees to it, or set CHROMIUM")
    arguments = [*ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    errors: list[str] = []
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=browser, args=arguments)
        try:
            opened = await chromium.new_page(viewport={"width": 1280, "height": 900})
            opened.set_default_timeout(PATIENCE * 1000)
            opened.on("pageerror", lambda error: errors.append(str(error)))
            yield opened
        finally:
            await chromium.close()
    assert not errors, f"the page's own code failed: {errors}"
