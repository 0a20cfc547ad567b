"""Which channel of a room a card goes to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Route:
    """Cards about these lanes, products and languages go to `channel` (a name or id); what is empty speaks for all."""

    channel: str
    lanes: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()

    def fits(self, lane: str, product: str, language: str) -> bool:
        """Whether a card goes this way. `en-GB` is `en` too."""
        asked = ((self.lanes, lane), (self.products, product), (self.languages, language))
        return all(not wanted or _among(wanted, found) for wanted, found in asked)


def _among(wanted: frozenset[str], found: str) -> bool:
    folded, small = {one.casefold() for one in wanted}, found.casefold()
    return small in folded or small.partition("-")[0] in folded


def channel_for(routes: Iterable[Route], *, lane: str, product: str, language: str) -> str:
    """The channel of the first route that fits; empty where none does."""
    return next((route.channel for route in routes if route.fits(lane, product, language)), "")
