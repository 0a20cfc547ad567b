"""Accessibility of a page by axe-core, which comes inside a Python package: no Node.js needed."""

from __future__ import annotations

from importlib import resources
from typing import Any

from playwright.async_api import Page

#: Lesser findings are advice; these keep somebody from using the page.
BLOCKING = ("serious", "critical")


async def blocking(page: Page) -> list[str]:
    """What keeps somebody from using the page as it stands: one line a violation, with the rule and the elements."""
    await page.evaluate(resources.files("axe_playwright_python").joinpath("axe.min.js").read_text())
    found: dict[str, Any] = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [_line(violation) for violation in found["violations"] if violation["impact"] in BLOCKING]


async def sideways(page: Page) -> int:
    """How many pixels the page can be scrolled sideways: 0 where nothing sticks out."""
    wide: int = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wide


def _line(violation: dict[str, Any]) -> str:
    where = "; ".join(", ".join(map(str, node["target"])) for node in violation["nodes"][:3])
    return f"{violation['id']} ({violation['impact']}): {violation['help']}: {where}"
