"""What of a reply binds us: money, dates, deeds of ours, guarantees."""

from __future__ import annotations

import regex

from actions.patterns import any_of
from actions.sentences import split
from actions.visible import folded, visible

_MONEY = (
    r"([£$€¥] ?\d[\d,.]{0,14}|\d[\d,.]{0,14} ?[£$€¥]|\d[\d,.]{0,14} ?(pounds?|dollars?|euros?|quid|pence|cents?|gbp"
    r"|usd|eur)"
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
    # "we'll" needs its apostrophe: "as well fix" promises nothing
    rf"(we|i|our team|the team)( will|[\x27’]ll| are going to| am going to| shall) …{_DEED}\b[^.?!\n]*",
    rf"(we|our team|the team) can …{_DEED} (you|your|it|this|that|an?|the)\b[^.?!\n]*",
    rf"(we|i)( will|[\x27’]ll) [^.?!\n]{{0,120}}\b{_WHEN}",
    r"(?<!\b(no|not|without|cannot|never)( an?| any)? )guarantee[ds]?|promise[ds]?|free of charge"
    r"|at no (extra )?cost|for free|(a|your|full) …refund",
    "(is|are|it's) on (us|the house)(?! \\w)",
    rf"you( will|'ll| are going to) (get|receive|have) [^.?!\n]{{0,120}}({_WHEN}|refund|replacement|money|credit"
    rf"|voucher)",
    "(a |your )?(free|new) (replacement|one|battery|tool|drill) (is|will be) (on (its|the) way|sent|shipped)",
    "(a |your )?(replacement|refund|voucher|credit) (is|will be|has been) (on (its|the) way|sent|shipped|approved"
    "|issued|paid)",
    r"free (replacement|repair|shipping|delivery|upgrade|exchange)|(lifetime|life-long|extended|full) (warranty|cover)",
    rf"expect (a|an|our|the) (reply|answer|call|refund|replacement|delivery|parcel|fix"
    rf"|update) [^.?!\n]{{0,120}}\b{_WHEN}",
    "(a|an|the|this|our) …(fix|update|patch|release|version|replacement|parcel) (is|are|'s|will be)? ?(coming|due"
    "|out|ready|released"
    rf"|available|comes|ships|arrives|lands) [^.?!\n]{{0,120}}\b({_WHEN}|(on )?(mon|tues|wednes|thurs|fri|satur"
    rf"|sun)day)",
    r"(gbp|usd|eur) ?\d[\d,.]{0,14}",
    _MONEY,
)


def unbacked_promise(text: str, backing: str) -> str:
    """The first promise whose very words stand nowhere in `backing` (the sources' texts); '' where there is none."""
    known = _flat(backing)
    return next((found for match in _PROMISE.finditer(text) if _flat(found := match.group().strip()) not in known), "")


def promised_in(text: str) -> tuple[str, ...]:
    """The sentences of a text of ours that bind us."""
    said = regex.sub(r"^(@\S+\s+)+", "", visible(text).strip())
    return tuple(one for one in split(said) if unbacked_promise(folded(one), ""))


def _flat(text: str) -> str:
    return regex.sub(r"\s+", " ", text).replace("’", "'").strip(" .,").lower()
