"""The net below the intents: words that hand a post to a person whatever it was understood as.

Each pattern says what happened or is demanded, not a topic: "smoke detector mount" and "is it safe to drill here" are
ordinary requests. When in doubt about danger the net closes; about everything else it stays open.
"""

from __future__ import annotations

from actions.patterns import any_of
from actions.reasons import Reason

_SOMEBODY = "(i|me|my|he|him|his|she|her|we|us|our|they|them|the|son|daughter|kid|child|husband|wife|dad|mum|mate|dog)"
_BODY = "(self|hand|hands|finger|fingers|thumb|arm|leg|foot|eye|eyes|face|wrist|head|back)"
_POWER = "(battery|batteries|battery pack|pack|cell|cells|charger|plug)"

_SAFETY = any_of(
    "(caught|catches|catching|catch) (on )?fire",
    "(burst|went up) (in|into) flames",
    "set (on )?fire to",
    "(is|was|are|were) (literally )?on fire",
    f"({_POWER}|drill|saw|tool|bit|blade|disc|it|phone|laptop) …explod(e|es|ed|ing)(?! (view|diagram|drawing|parts))",
    "blew up in",
    "explosion",
    "(?<!(no|any|without|detects?|for|of) )smok(e|ing) (is |was )?(coming|came|comes|pouring|poured|rising|rose"
    "|from|out)",
    "(is|was|starts?|started|begins|began|it's) (to )?smok(e|ing)(?! (ham|meat|fish|brisket))",
    "(smells?|smelt|smelled|smelling) (of|like) …(burning|burnt|smoke|gas|fire)",
    "(burning|burnt) smell",
    rf"{_POWER}\b[^.?!\n]{{0,40}}\b(swell\w*|swollen|bulg\w+|bloat\w*|leak\w*|hiss\w*|melt\w*|spark(s|ed|ing)?)",
    f"(swollen|bulging|bloated|leaking|melted|melting|hissing|sparking) …{_POWER}",
    r"electrocut\w+",
    "(got|gave|gets?|getting|gives?) …(an? )?(electric(al)? )?shocks?",
    "electric(al)? shock",
    rf"(cut|burnt?|burned|injured|hurt|broke|crushed|sliced|drilled (into|through)) {_SOMEBODY}self",
    rf"(cut|burnt?|burned|injured|hurt|broke|crushed|sliced|drilled (into|through)) {_SOMEBODY} …{_BODY}",
    rf"{_SOMEBODY} …(is|was|got|am|are) …(injured|bleeding|hurt|burnt|burned|hospitali[sz]ed)",
    "(went|going|rushed|taken|sent|ended up) …(in|to|at) (the )?(hospital|a&e|emergency room)",
    f"nearly …(took|lost|cut|sliced) …{_BODY}|could have (killed|died|been killed|lost …{_BODY})",
    "(this|that|it)('s| is) (really |so |very |bloody |extremely )?dangerous|carbon monoxide|gas leak",
    r"(i|we|he|she|just|have|has|'ve) …(hit|drilled (into|through)|cut (into|through)|nicked) (an?|the) …(cable"
    r"|wire|gas|mains|pipe)",
    r"(kill|hurt|harm)(ing)? myself|suicid\w+|end my life|want to die",
)
_THREAT = any_of(
    "(kill|shoot|stab|beat|hurt|harm|attack) (you|your (staff|family|people|team|ceo|children)|all of you)",
    "burn (down )?(your|the) …(office|shop|store|building|house|place)s?( down)?",
    "i know where you (live|work)",
    "you('ll| will| are going to) (die|regret being born)",
    "bomb (your|threat)",
)
_LEGAL = any_of(
    "(my|our|contact|contacted|contacting|call|called|calling) (a |an )?(lawyer|solicitor|attorney|barrister)s?",
    "law ?suit (against|over)|class action",
    "(sue|suing) (you|them|your|the company)",
    "(take|taking) (you|this|them) to …court|see you in court|small claims",
    "legal (action|steps|proceedings|notice)",
    "trading standards|ombudsman|cease and desist",
    "(gdpr|subject access|data protection) (request|complaint|breach)",
)
_ACCOUNT = any_of(
    "(i|we)('d| would)? (want|need|demand|like|expect|request|requested) …(refund|money back)",
    "refund (me|my|us)|my …refund|my money back|chargeback",
    r"(charged|billed|debited) (me |us |my \w+ )?(twice|double|again|two times)",
    "double[- ](charged|billed)",
    "(where|when)('s| is| are| will| does) my (order|parcel|package|delivery|replacement|refund)",
    r"my (order|parcel|package) (#|number|no\b|has not|hasn't|still|never|was never|from \w+ (has not|hasn't"
    r"|never|still))",
    r"order ?(number|no\.?|#) ?[:\[\d#].*|cancel my (order|subscription|membership)",
)
_PERSON = any_of(
    "(speak|talk|chat|get through|connect me) (to|with) (an? |some |your )?(real |actual |live |human )*"
    "(person|human( being)?|agent|manager|supervisor|representative|rep|customer service|somebody|someone)",
    "(real|actual|live) (person|human)|human being",
    "(call|phone|ring) me (back|please|at|on|asap|now|today)|please (call|phone|ring) me",
)

_NETS = (
    (Reason.SAFETY, _SAFETY),
    (Reason.THREAT, _THREAT),
    (Reason.LEGAL, _LEGAL),
    (Reason.ACCOUNT_MATTER, _ACCOUNT),
    (Reason.ASKS_FOR_PERSON, _PERSON),
)


def alarm(text: str) -> Reason | None:
    """The gravest reason to hand a post over that its words give, or None."""
    return next((reason for reason, net in _NETS if net.search(text)), None)
