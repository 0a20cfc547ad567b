"""What the “More…” menu of a card offers, by what is possible in its state; who may is asked when somebody clicks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from actions.proposal import ProposalKind
from bot.deciding.verdicts import possible
from bot.review import Card, Verb
from bot.slack import texts


@dataclass(frozen=True)
class Offer:
    """One line of the menu. `key` is what the click carries, `when` says whether it stands on this card."""

    key: str
    text: str
    when: Callable[[Card], bool]


def _can(verb: Verb) -> Callable[[Card], bool]:
    return lambda card: possible(verb, card.state)


def _has_versions(card: Card) -> bool:
    return possible(Verb.CHOOSE, card.state) and bool(card.other_versions) and card.corrects is None


def _could_ask(card: Card) -> bool:
    return _can_redraft(card) and card.kind is not ProposalKind.CLARIFY


def _can_redraft(card: Card) -> bool:
    return possible(Verb.REDRAFT, card.state) and card.corrects is None  # a correction is in a person's words


def _claimed(card: Card) -> bool:
    return card.claim is not None and possible(Verb.RELEASE, card.state)


def _free(card: Card) -> bool:
    return card.claim is None and possible(Verb.CLAIM, card.state)


def _asleep(card: Card) -> bool:
    return card.snoozed_until is not None and possible(Verb.WAKE, card.state)


#: In this order. What each does is in `bot.slack.app.MORE`.
OFFERS = (
    Offer("details", texts.DETAILS, lambda card: True),
    Offer("shared", texts.SEE_ALL, lambda card: bool(card.shares) and possible(Verb.APPROVE, card.state)),
    Offer("versions", texts.VERSIONS, _has_versions),
    Offer("ask", texts.ASK_INSTEAD, _could_ask),
    Offer("redraft", texts.REDRAFT, _can_redraft),
    Offer("claim", texts.CLAIM, _free),
    Offer("release", texts.RELEASE, _claimed),
    Offer("hand_over", texts.HAND_OVER, _can(Verb.HAND_OVER)),
    Offer("give_back", texts.TAKE_BACK, _can(Verb.GIVE_BACK)),
    Offer("snooze", texts.SNOOZE, _can(Verb.SNOOZE)),
    Offer("wake", texts.WAKE, _asleep),
    Offer("correct", texts.CORRECT, lambda card: possible(Verb.CORRECT, card.state) and not card.correction),
    Offer("withdraw", texts.WITHDRAW, lambda card: possible(Verb.WITHDRAW, card.state) and card.deletable),
)


def offered(card: Card) -> tuple[Offer, ...]:
    """What this card's menu holds."""
    return tuple(offer for offer in OFFERS if offer.when(card))
