"""From what Rasa made of a turn (the tracker) to what the assistant goes by."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from pydantic import ValidationError

from actions.outcome import outcome_of
from actions.proposal import TurnContext, Understanding
from knowledge.errors import GoodwordError


class Intent(StrEnum):
    """What a person needs, as `data/domain.yml` names it; `nlu_fallback` is Rasa's own name for none of them."""

    GET_SOMETHING_DONE = "get_something_done"
    FIX_A_PROBLEM = "fix_a_problem"
    DECIDE_BEFORE_BUYING = "decide_before_buying"
    IT_DID_NOT_WORK = "it_did_not_work"
    INFORM = "inform"
    COMPLAIN = "complain"
    PRAISE = "praise"
    THANK = "thank"
    IT_WORKED = "it_worked"
    ASK_FOR_A_PERSON = "ask_for_a_person"
    ACCOUNT_MATTER = "account_matter"
    SAFETY = "safety"
    SMALL_TALK = "small_talk"
    SPAM = "spam"
    NOT_FOR_US = "not_for_us"
    FALLBACK = "nlu_fallback"


#: These speak of what was said before, so the outcome stays that of the turn before.
ABOUT_EARLIER = frozenset({Intent.INFORM, Intent.IT_DID_NOT_WORK, Intent.IT_WORKED, Intent.THANK})


class NoTurn(GoodwordError):
    """The message came without its turn, or with one we cannot read: nothing can be proposed."""

    code = "no_turn"


def turn_of(tracker: Mapping[str, Any]) -> TurnContext:
    """The turn that travelled with the latest message, as metadata `{"turn": TurnContext}` (an object or its JSON).

    Raises:
        NoTurn: it is missing or does not fit the contract.
    """
    metadata = (tracker.get("latest_message") or {}).get("metadata") or {}
    given = metadata.get("turn")
    if given is None:
        raise NoTurn("the message carries no turn", hint='send the turn as the message\'s metadata: {"turn": {...}}')
    try:
        return TurnContext.model_validate(json.loads(given) if isinstance(given, str) else given)
    except (ValidationError, json.JSONDecodeError) as error:
        where = (
            "; ".join(".".join(map(str, e["loc"])) for e in error.errors())
            if isinstance(error, ValidationError)
            else "JSON"
        )
        raise NoTurn(
            f"the turn of the message does not fit the contract: {where}", hint="see actions/proposal.py"
        ) from None


def understand(tracker: Mapping[str, Any], turn: TurnContext) -> Understanding:
    """What was understood: Rasa's intent and entities (its slots where the latest message names none), the outcome."""
    latest = tracker.get("latest_message") or {}
    intent = latest.get("intent") or {}
    name = str(intent.get("name") or Intent.FALLBACK)
    confidence = float(intent.get("confidence") or 0.0)
    return Understanding(
        intent=name,
        intent_confidence=min(1.0, max(0.0, confidence)),
        outcome=_outcome(name, tracker, turn),
        product=_named("product", tracker, turn) or turn.product,
        platform=_named("platform", tracker, turn),
        feature=_named("feature", tracker, turn),
    )


def _outcome(intent: str, tracker: Mapping[str, Any], turn: TurnContext) -> str:
    earlier = turn.earlier.outcome if turn.earlier else str((tracker.get("slots") or {}).get("outcome") or "")
    if intent in ABOUT_EARLIER and earlier:
        return earlier
    return outcome_of(turn.text, turn.title) or earlier


def _named(entity: str, tracker: Mapping[str, Any], turn: TurnContext) -> str | None:
    found = (tracker.get("latest_message") or {}).get("entities") or []
    values = [str(one["value"]) for one in found if one.get("entity") == entity and one.get("value")]
    if values:
        return values[0]
    slot = (tracker.get("slots") or {}).get(entity)
    return str(slot) if slot else getattr(turn.earlier, entity, None)
