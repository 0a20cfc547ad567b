from __future__ import annotations

from bot.review import Reviewer
from bot.rules.rules import Rules
from bot.settings import Settings


def rules(**given: tuple[str, ...]) -> Rules:
    return Rules.of(Settings(**given))  # type: ignore[arg-type]


ANNA, MIA = Reviewer("U1", "Anna"), Reviewer("U2", "Mia")


def test_with_no_list_everybody_decides_and_nobody_overrides() -> None:
    assert rules().may_decide(ANNA)
    assert not rules().may_override(ANNA)


def test_a_lead_is_a_reviewer_without_being_named_twice() -> None:
    given = rules(reviewers=("U1",), leads=("U2",))
    assert given.may_decide(MIA)
    assert given.may_override(MIA)
    assert given.may_decide(ANNA)
    assert not given.may_override(ANNA)
    assert rules(leads=("U2",)).may_decide(ANNA)  # leads alone shut nobody out
