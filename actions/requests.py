"""What of a reply asks a person for something private, or to go on where nobody else reads."""

from __future__ import annotations

import regex

from actions.patterns import any_of

#: What belongs to somebody's mail or telephone without being a detail of theirs: "which is your email provider?"
_KIND_OF = (
    "(?! (provider|client|program|programme|app|service|server|host|software|system|model|make|version|type"
    "|company)s?\\b)"
)
_DETAIL = (
    f"((e-?mail( address)?|(tele)?phone( number)?|mobile( number)?){_KIND_OF}|(home |postal |delivery |full |street "
    "|billing )?address"
    "|post ?code|zip ?code"
    "|order (number|no\\.?|id|details)|account (number|name|details|id|e-?mail)|card (number|details)|bank details|iban"
    "|password|passcode|pin|full name|real name|date of birth|birthday|serial number|receipt|invoice|user ?name|log-?in"
    "|(personal|contact) details)"
)
_REQUEST = any_of(
    rf"(send|give|tell|share|provide|post|message|text|dm|pm) (it to )?(us"
    rf"|me)\b(?:(?!\b(?:that|what|how|if|who|is|are|much)\b)[^.?!\n]){{0,40}}\b(your|the) (\w+ )?{_DETAIL}",
    rf"(share|provide|reply with|post|confirm|let us (know|have)|drop|send|leave|comment"
    rf"|attach) (here )?your (\w+ )?{_DETAIL}"
    "(?! (in|on|to|under|with|at|for) (the|your|a))",
    rf"(what's|what is|(can|could|may) (we|i) (have|get|see)|(we|i)('ll| will)? need"
    rf"|which is) your (\w+ )?{_DETAIL}(?! (in|on) (the|your))",
    rf"(please|kindly) (give|provide|send|leave|share|name|state) (us )?(your|the) (\w+ )?{_DETAIL}"
    r"(?! (a|an|in|on|to|under|with|at|for)\b)",
    rf"what(?:'s| is) the (\w+ )?{_DETAIL} (on|of|for|in) your account",
    "(which|what) (e-?mail( address)?|phone number) (did|have) you (use|used|register|registered|order|buy|sign)",
    rf"(?:(?<=^)|(?<=[.!?\n] ))your (\w+ )?({_DETAIL}|(phone |mobile )?number)(,? (please|pls|below|here)| ?\?)",
    "(drop|leave|post|put|share) (us )?your (phone |mobile )?number (below|here|in the comments?)",
)
_CHANNEL = "(dms?|pms?|(direct|private) messages?|private chat|whats ?app|telegram)"
_PRIVATELY = any_of(
    rf"(send|drop|shoot|write|give|leave) (us|me) (an? )?({_CHANNEL}|e-?mail|message)(?! that you)",
    r"(dm|pm|message|inbox|e-?mail|whats ?app) (us|me)(?! (a|the|your) (message|text) (in|on))",
    rf"(in|via|by|through|over|to|into) (an? |our |your |the )?{_CHANNEL}(?! (app|client|account|program|settings"
    rf"|address"
    "|server|folder))",
    rf"(contact|reach|write( to)?|mail|get in touch with) us (by|via|through|over|on) …({_CHANNEL}|e-?mail|mail)",
    r"our (dms|inbox)|slide into|(dms?|inbox) (is|are) open|check your dms?|take (this|it) (offline|private)"
    "|(sent|send|sending) you (a |an )?(dm|pm|(direct|private) message)|(follow|add) us (so|and|to) …(dm|message)",
)


def request(text: str) -> str:
    """The words that ask, in public, for something private; '' where none do, or where the same sentence names a
    private way to send it."""
    return next((match.group() for match in _REQUEST.finditer(text) if not privately(_sentence(text, match))), "")


def privately(text: str) -> str:
    """The words that ask a person to go on in private; '' where none do."""
    found = _PRIVATELY.search(text)
    return found.group() if found else ""


def _sentence(text: str, match: regex.Match[str]) -> str:
    start = max(text.rfind(mark, 0, match.start()) for mark in ".?!\n") + 1
    ends = [end for mark in ".?!\n" if (end := text.find(mark, match.end())) >= 0]
    return text[start : min(ends, default=len(text))]
