"""Why a proposal is what it is: a closed list of codes, each with the sentence a reviewer reads."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """The codes that `Proposal.reason` can hold."""

    # advise
    ANSWERED = "answered"
    TRIED_ANOTHER = "tried_another"
    CORRECTION = "correction"
    WISHED = "wished"
    # clarify
    MISSING_FACT = "missing_fact"
    TOO_VAGUE = "too_vague"
    NOBODY_SAID = "nobody_said"
    ASKED_BEFORE = "asked_before"
    # acknowledge
    KNOWN_ISSUE = "known_issue"
    COMPLAINT = "complaint"
    PRAISE = "praise"
    THANKS = "thanks"
    WORKED = "worked"
    # hand_off
    NO_SOURCE = "no_source"
    NOTHING_FITS = "nothing_fits"
    DID_NOT_WORK = "did_not_work"
    LANGUAGE = "language"
    MEDIA = "media"
    ASKS_FOR_PERSON = "asks_for_person"
    ACCOUNT_MATTER = "account_matter"
    SAFETY = "safety"
    LEGAL = "legal"
    THREAT = "threat"
    SENSITIVE = "sensitive"
    # no_reply
    SPAM = "spam"
    NOT_FOR_US = "not_for_us"
    SMALL_TALK = "small_talk"
    NOT_A_NEED = "not_a_need"


class Lane(StrEnum):
    """How much a turn asks of a reviewer: a glance at a kind word or at silence, or help that somebody relies on; and
    what cannot wait, which the queue puts first (`bot.cards.priority`)."""

    LIGHT = "light"
    DEEP = "deep"
    URGENT = "urgent"


_LIGHT = frozenset(
    {Reason.PRAISE, Reason.THANKS, Reason.WORKED, Reason.SMALL_TALK, Reason.SPAM, Reason.NOT_FOR_US, Reason.NOT_A_NEED}
)


def lane(reason: Reason) -> Lane:
    """The lane of a proposal with this reason."""
    return Lane.LIGHT if reason in _LIGHT else Lane.DEEP


#: One plain sentence for each code.
SENTENCES: dict[Reason, str] = {
    Reason.ANSWERED: "Our knowledge answers this; please check that it fits what was asked.",
    Reason.TRIED_ANOTHER: "The first advice did not help, so this draws on another source.",
    Reason.WISHED: "Drafted anew, as a reviewer wished.",
    Reason.CORRECTION: "A published reply was wrong: this corrects it in public, in a person's own words.",
    Reason.MISSING_FACT: "The answer depends on one fact that the post does not name, so the draft asks for it.",
    Reason.TOO_VAGUE: "The post says too little of what the person wants to get done, so the draft asks for it.",
    Reason.NOBODY_SAID: "Nobody has said whether it worked: the draft asks, once.",
    Reason.ASKED_BEFORE: "People with posts like this were asked this question before they could be helped.",
    Reason.KNOWN_ISSUE: "This is a known issue: the draft says what is known and what happens next.",
    Reason.COMPLAINT: "A complaint that nothing in our knowledge answers: the draft only says that it was heard.",
    Reason.PRAISE: "Kind words about us: a short thank-you is drafted.",
    Reason.THANKS: "The person says thank you: a short answer is drafted.",
    Reason.WORKED: "The person says that it worked: a short answer is drafted.",
    Reason.NO_SOURCE: "Nothing in our knowledge answers this well enough; the nearest sources are attached.",
    Reason.NOTHING_FITS: "A source was found, but nothing in it could be turned into a reply that stands by itself.",
    Reason.DID_NOT_WORK: "The advice did not help and we have no other source: a person should look.",
    Reason.LANGUAGE: "The post is not in English, which is the only language we draft in.",
    Reason.MEDIA: "The point of the post is in a picture or video that we cannot read.",
    Reason.ASKS_FOR_PERSON: "The person asks to deal with a person.",
    Reason.ACCOUNT_MATTER: "This is about an order, a payment or an account, which is not settled in public.",
    Reason.SAFETY: "Somebody or something may be in danger: a person should answer this at once.",
    Reason.LEGAL: "The post speaks of the law or of legal steps.",
    Reason.THREAT: "The post threatens somebody.",
    Reason.SENSITIVE: "The post belongs in the hands of a person.",
    Reason.SPAM: "This looks like spam.",
    Reason.NOT_FOR_US: "The post asks for nothing that we could help with.",
    Reason.SMALL_TALK: "Small talk: nothing is asked.",
    Reason.NOT_A_NEED: "The post gives instructions to an assistant instead of asking for help; none was followed.",
}
