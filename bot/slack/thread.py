"""What the thread below a card tells: every step, who and when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.review import Step
from bot.slack import elements as el
from bot.slack.elements import Rendered

EVENT_TYPE = "goodword_steps"
#: Blocks of a message, each holding as many lines as its text may have; fifty is Slack's limit.
_BLOCKS_MAX = 20


def told(steps: Sequence[Step]) -> Rendered:
    """Some steps as one message, oldest first, a line each."""
    lines = [f"{el.moment(step.at)}  ·  *{el.escaped(step.who, 60)}* {el.escaped(step.what, 400)}" for step in steps]
    said = "; ".join(f"{el.escaped(step.who, 60)} {el.escaped(step.what, 150)}" for step in steps[-3:])
    return Rendered(el.contexts(lines)[-_BLOCKS_MAX:], said)


def metadata(turn_id: int, steps: Sequence[Step]) -> dict[str, object]:
    """What lets the thread be read again after a crash: the newest step that this message tells."""
    payload = {"turn": turn_id, "step": max(step.id for step in steps)}
    return {"event_type": EVENT_TYPE, "event_payload": payload}


def newest(message: dict[str, Any]) -> int:
    """The newest step that a message of ours tells, 0 where it is none of these."""
    found = message.get("metadata") or {}
    if found.get("event_type") != EVENT_TYPE:
        return 0
    step = (found.get("event_payload") or {}).get("step")
    return step if isinstance(step, int) else 0
