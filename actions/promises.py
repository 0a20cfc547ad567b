"""What of a reply binds us: money, dates, deeds of ours, guarantees."""

from __future__ import annotations

import regex

from actions.patterns import any_of

_MONEY = (
    r"([£$€¥] ?\d[\d,.]*|\d[\d,.]* ?[£$€¥]|\d[\d,.]* ?(pounds?|dollars?|euros?|quid|pence|cents?|gbp|usd|eur)"
    r"|\d+ ?% (off|back|less|cheaper))"
)
_WHEN = (
    r"(today|tomorrow|tonight|this week|next \w+|soon|shortly|right away|by (the end|monday|tuesday|wednesday"
    r"|thursday|friday)"
    r"|(within|in) (the next )?(\d+|a|an|one|two|three|a few) (hour|day|week|month|minute)s?)"
)
_DEED = (
    "(refund|replace|repay|compensate|fix|send|ship|release|deliver|credit|repair|exchange|reimburse|pay|call"
    "|make it right|sort it|sort this|give you|look into|get back to you|cover)"
)
_PROMISE = any_of(
    rf"(we|i|our team|the team)( will|'ll| are going to| shall| can) …{_DEED}\b[^.?!\n]*",
    rf"(we|i)( will|'ll) [^.?!\n]*\b{_WHEN}",
    "guarantee[ds]?|promise[ds]?|free of charge|at no (extra )?cost|for free|(a|your|full) …refund",
    "(is|are|it's) on (us|the house)(?! \\w)",
    rf"you( will|'ll| are going to) (get|receive|have) [^.?!\n]*({_WHEN}|refund|replacement|money|credit|voucher)",
    "(a |your )?(free|new) (replacement|one|battery|tool|drill) (is|will be) (on (its|the) way|sent|shipped)",
    "(a |your )?(replacement|refund|voucher|credit) (is|will be|has been) (on (its|the) way|sent|shipped|approved"
    "|issued|paid)",
    _MONEY,
)


def unbacked_promise(text: str, backing: str) -> str:
    """The first promise whose very words stand nowhere in `backing` (the sources' texts); '' where there is none."""
    known = _flat(backing)
    return next((found for match in _PROMISE.finditer(text) if _flat(found := match.group().strip()) not in known), "")


def _flat(text: str) -> str:
    return regex.sub(r"\s+", " ", text).replace("’", "'").strip(" .,").lower()
