"""Short replies that hear a person out: to praise, thanks, success, and complaints that no entry answers."""

from __future__ import annotations

from actions.proposal import Candidate, Sentence
from actions.reasons import Reason

#: They promise nothing and ask for nothing.
TEXTS: dict[Reason, str] = {
    Reason.PRAISE: "Thank you, that is kind of you to say.",
    Reason.THANKS: "You’re welcome. Good luck with it!",
    Reason.WORKED: "Good to hear that it worked, and thank you for telling us. It helps the next person who asks.",
    Reason.COMPLAINT: "We’re sorry about this. Thank you for telling us plainly.",
}

#: Stands before what a notice says.
KNOWN_ISSUE_OPENING = "Sorry about this. It is a known issue:"


def acknowledgement(reason: Reason) -> Candidate:
    """The candidate for one of the four plain acknowledgements: a courtesy that rests on no source."""
    text = TEXTS[reason]
    return Candidate(label="best", text=text, sentences=(Sentence(text=text),))
