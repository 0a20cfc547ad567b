"""What went before a turn, in the form Rasa keeps conversations in.

Rasa keeps nothing: each turn brings the events that its tracker is made from.
"""

from __future__ import annotations

from typing import Any

from actions.proposal import ThreadPost, TurnContext, Understanding

Event = dict[str, Any]

_LISTEN: Event = {"event": "action", "name": "action_listen"}


def events(context: TurnContext) -> list[Event]:
    """The slots and the conversation before this turn, oldest first; the turn's own text is not among them.

    What others wrote in the thread is left out: they take no part in the conversation (the actions see the thread
    whole, in the metadata). What is ours is what was really published.
    """
    spoken = [post for post in context.thread if post.by != "other"]
    last_asked = max((n for n, post in enumerate(spoken) if post.by == "asker"), default=None)
    before = [_spoken(post, context.earlier if n == last_asked else None) for n, post in enumerate(spoken)]
    return [*_slots(context), *before, _LISTEN]


def words(context: TurnContext) -> str:
    """Title and text in one line, as the classifier reads them."""
    title, text = (" ".join(part.split()) for part in (context.title, context.text))
    if not title or text.startswith(title):
        return text
    return f"{title} {text}".strip() if title[-1] in ".!?:…" else f"{title}. {text}".strip()


def _slots(context: TurnContext) -> list[Event]:
    earlier = context.earlier
    known = {"product": context.product}
    if earlier:
        known = {
            "product": context.product or earlier.product,
            "platform": earlier.platform,
            "feature": earlier.feature,
            "outcome": earlier.outcome or None,
            "earlier_intent": earlier.intent,
        }
    return [{"event": "slot", "name": name, "value": value} for name, value in known.items() if value]


def _spoken(post: ThreadPost, understood: Understanding | None) -> Event:
    timestamp = post.at.timestamp()
    if post.by == "ours":
        return {"event": "bot", "text": post.text, "timestamp": timestamp}
    intent = {"name": understood.intent, "confidence": understood.intent_confidence} if understood else {}
    return {
        "event": "user",
        "text": post.text,
        "timestamp": timestamp,
        "parse_data": {"text": post.text, "intent": intent, "entities": []},
    }
