"""What the team has decided about its replies: in whose name, where links may lead, who may decide and override."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.review import Reviewer
from bot.settings import Settings


@dataclass(frozen=True)
class Rules:
    """Values every turn is measured against. `threshold`: below this confidence nothing is drafted."""

    brand: str = "Goodword"
    signature: str = ""
    allowed_domains: tuple[str, ...] = ()
    threshold: float = 0.5
    follow_up: timedelta = timedelta(days=14)
    ask_afterwards: bool = False
    reviewers: frozenset[str] = frozenset()
    leads: frozenset[str] = frozenset()

    @classmethod
    def of(cls, settings: Settings) -> Rules:
        """The rules that the settings hold."""
        return cls(
            brand=settings.brand,
            signature=settings.signature,
            allowed_domains=settings.allowed_domains,
            threshold=settings.threshold,
            follow_up=timedelta(days=settings.follow_up_days),
            ask_afterwards=settings.ask_afterwards,
            # with no list everybody may decide; with one, leads need not be named twice
            reviewers=frozenset((*settings.reviewers, *settings.leads)) if settings.reviewers else frozenset(),
            leads=frozenset(settings.leads),
        )

    def may_decide(self, reviewer: Reviewer) -> bool:
        """Whether this person's decision counts. With no list, whoever sees the cards may decide."""
        return not self.reviewers or reviewer.id in self.reviewers

    def may_override(self, reviewer: Reviewer) -> bool:
        """Whether this person may let a reply pass that a check blocks. With no leads nobody may."""
        return reviewer.id in self.leads
