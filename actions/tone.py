"""Whether a person is upset, and what of a reply would sound like cheer to somebody who is."""

from __future__ import annotations

import regex

from actions.links import LINK
from actions.patterns import any_of
from actions.understanding import Intent

_UPSET = any_of(
    "angry|annoyed|annoying|furious|livid|fuming|fed up|sick (of|and tired)|had enough|at my wits' end|in tears|crying"
    "|gutted|frustrat(ed|ing)|infuriating|disgust(ed|ing)|disgraceful|disappoint(ed|ing|ment)|upset|ridiculous"
    "|unacceptable"
    "|appalling|pathetic|shambles|joke of a|a joke|total joke|rip-?off|ripped off|scam",
    "(absolute(ly)?|utter(ly)?|complete(ly)?|total(ly)?|bloody|so) (useless|rubbish|garbage|trash|crap|terrible|awful)",
    "(worst|terrible|awful|horrible|dreadful|useless|rubbish|crap) …(company|service|support|product|tool|drill|app"
    "|update"
    "|experience|thing|piece|software|quality)",
    "(never|won't) (buy|buying|use|using|recommend) …(again|anybody|anyone|from you)",
    "(lost|losing) …(all|everything|years|my patience)|ruined|wrecked|destroyed my",
    "(second|third|fourth|fifth|tenth|nth) time …(this|in a|that|it)|yet again|wast(e|ed|ing) …(time|money|day"
    "|evening|weekend)",
    "what a (waste|joke|disgrace)|shame on you|you should be ashamed|do you even (test|care|read)|nobody cares",
    "wtf|ffs|for (god|heaven|crying out)'s? sake|😡|🤬|😤|😠|😭",
)
#: Words of anger that are about something else, or over.
_NOT_UPSET = any_of(
    "(don't|didn't|not) (want to |mean to |be |get |going to )*(annoy|upset|ruin|wreck|waste|disappoint(ed)?)",
    "without (annoying|upsetting|ruining|wrecking|wasting)|(not|never|won't|don't) …(annoyed|disappointed|ruined)",
    "(annoy|annoying|upset|upsetting) (the|my) (neighbou?rs|dog|cat|kids|wife|husband|landlord)"
    "|so (as )?not to (annoy|upset)",
)
_CONTENT = frozenset({Intent.PRAISE, Intent.THANK, Intent.IT_WORKED})
#: Words that may mean nothing in themselves, in capitals from beginning to end.
_SHOUTS = regex.compile(r"^(?=(?:.*\b\p{Lu}{2,}\b){4})[^\p{Ll}]*$", regex.DOTALL)

_CHEER = any_of(
    "(great|good|excellent|brilliant|fantastic|awesome|lovely|wonderful|super) (question|choice|news|stuff|point|one"
    "|to (hear"
    "|see|know))",
    "(that's|that is|sounds|how) (great|awesome|brilliant|fantastic|wonderful|lovely|exciting|amazing|cool)",
    "(glad|happy|delighted|pleased|thrilled|excited) (to|you|that)|no worries|no problem( at all)?|cheer up"
    "|don't worry",
    "enjoy|have (fun|a (great|lovely|nice|wonderful|good) (day|weekend|evening|one|time))|good luck|happy (drilling"
    "|building"
    "|making|diy|weekend|friday|monday)",
    "yay|hooray|woo+ ?hoo+|hurra[hy]|cheers|haha+|lol|oops|whoops|fingers crossed|easy peasy|piece of cake"
    "|simply the best",
)
_EMOJI = regex.compile(r"\p{Emoji_Presentation}|\p{Emoji}\uFE0F|(?<!\w)[:;]-?[)DpP](?!\w)")
_QUOTED = regex.compile(r"[\"“„«][^\"“”„«»\n]{1,80}[\"”“»]|`[^`\n]+`|[‘'](?<=\s.)[^‘’'\n]{1,60}[’'](?!\w)")


def upset(text: str, intent: str = "") -> bool:
    """Whether the words of a post are those of somebody who is upset. `intent` (Rasa's) clears who only looks back."""
    if intent in _CONTENT:
        return False
    return bool(_UPSET.search(_NOT_UPSET.sub(" ", text)) or _SHOUTS.match(text.strip()))


def cheer(text: str) -> str:
    """The first of a reply's words or marks that would sound like cheer: a kind phrase of good times, an emoji, an
    exclamation mark; '' where there is none. What stands in quotation marks is somebody else's, a button's perhaps."""
    said = _QUOTED.sub(" ", LINK.sub(" ", text))
    found = _CHEER.search(said) or _EMOJI.search(said) or regex.search(r"!(?!=)", said)
    return found.group() if found else ""
