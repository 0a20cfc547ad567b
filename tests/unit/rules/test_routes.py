"""Which channel a card goes to."""

from __future__ import annotations

import pytest

from bot.rules.routes import Route, channel_for

ROUTES = (
    Route("safety", lanes=frozenset({"urgent"})),
    Route("drills-de", products=frozenset({"Drill 18", "Drill 12"}), languages=frozenset({"de"})),
    Route("german", languages=frozenset({"de"})),
    Route("drills", products=frozenset({"Drill 18"})),
)


@pytest.mark.parametrize(
    ("lane", "product", "language", "channel"),
    [
        ("urgent", "Drill 18", "de", "safety"),  # the first that fits
        ("deep", "drill 12", "de", "drills-de"),
        ("deep", "Saw", "de-AT", "german"),
        ("deep", "Drill 18", "en", "drills"),
        ("deep", "Saw", "en", ""),
        ("", "", "", ""),
    ],
)
def test_the_first_route_that_fits_counts(lane: str, product: str, language: str, channel: str) -> None:
    assert channel_for(ROUTES, lane=lane, product=product, language=language) == channel


def test_one_that_names_nothing_speaks_for_all() -> None:
    assert channel_for((Route("all"),), lane="", product="", language="") == "all"
