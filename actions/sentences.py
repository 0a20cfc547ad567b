"""Cutting prose into sentences, and freeing a past answer of what belonged to its own thread."""

from __future__ import annotations

import regex

from actions.patterns import any_of, word_list

_ABBREVIATION = regex.compile(
    r"(?:\b(?:e\.g|i\.e|etc|approx|vs|no|nos|fig|mr|mrs|ms|dr|st|min|max|incl|cf|ca|dia|ext|vol|p)|\b\p{Lu})\.$",
    regex.IGNORECASE,
)
_BOUNDARY = regex.compile(r"(?<=[.!?…][\"'”’)\]]*)\s+(?=[\"'“‘(\[]*[\p{Lu}\p{N}☐≡/])")


def split(text: str) -> list[str]:
    """The sentences of a text. A line end always ends one; an abbreviation, an initial or a version never does."""
    found: list[str] = []
    for line in text.splitlines():
        start = 0
        line = line.strip()
        for match in _BOUNDARY.finditer(line):
            before = line[start : match.start()]
            shortened = _ABBREVIATION.search(before)
            # "etc." may end a sentence; the other abbreviations do not
            if shortened and not shortened.group().lower().startswith("etc"):
                continue
            found.append(before.strip())
            start = match.end()
        if line[start:].strip():
            found.append(line[start:].strip())
    return found


_QUOTED_LINE = regex.compile(r"^\s*(?:>|\|)")
_SAID = any_of(
    r"[^\n]{1,60}? (said|wrote|asked)( \(#[^)]*\))? ?:?(?=\s*(\n|$))", r"[^\n]{1,60}?\(#(answer|question)-\d+\)(?=.*)"
)
_HELLO = any_of(
    r"(@\S+[\s,:]*)*(hi|hello|hey|hiya|dear|greetings|welcome|good (morning|afternoon|evening|day)"
    r"|thanks?( you)?( for)?)"
    r"( [\p{L}’-]+){0,3}\s*[.!?,:\n–—-]+"
)
_GOODBYE = any_of(
    r"((kind|best|warm|many) )?(regards|wishes)|cheers|greetings|sincerely|yours|thanks|thank you|thx|hth"
    r"|good luck|take care"
    r"|all the best|have a (nice|good|great) \w+|hope (this|that|it) helps?"
)
_SIGNED = regex.compile(r"\s+(?:[–—-]\s?|\^)\p{Lu}\p{L}{0,12}\s*$")
_NAME = regex.compile(r"(?:\p{Lu}[\p{L}.'-]*\s?){1,3}")
_VOCATIVE = regex.compile(r"^(\p{Lu}\p{Ll}+),\s+(?=\p{L})")
#: Words that open a sentence before a comma without being anybody's name.
_NO_NAMES = word_list(
    """
    first second third then next now also alternatively otherwise however finally instead usually again sorry yes no
    well lastly afterwards here there generally normally actually basically unfortunately windows mac linux
    """
)
_LEAD_IN = any_of(
    r"([^.!?]{0,80}? )?(i|we)('d| would| can| could)?( also| only| just)? (suggest|recommend|advise|propose)"
    r"( (this|that|the following|trying|doing|you( to)?))* ?:?",
    "my (suggestion|advice|recommendation)s?( (is|are))?( to)? ?:?",
    "(what )?you (can|could|might|may)( also)? try( is)?( to)? ?:?|(please )?try this ?:?",
)
_IF_SO = any_of("if (so|yes|that is the case|it is|you are|you do) ?[,:]( then)? ?:?")
_YES = any_of(
    r"(yes|no|sure|of course|ok|okay|right|correct|good question|great question|sorry|well|absolutely|no problem"
    r"|glad to help"
    r"|happy to help)\b[^.,!:]{0,25}[.,!:–—-]+"
)

#: A sentence that speaks of the other thread, of its writer, or of things the reader of ours cannot see.
_OF_THE_THREAD = any_of(
    "i|i'm|i've|i'd|i'll|me|my|mine|myself|imho|imo|afaik|he|she|his",
    "you (said|mention(ed)?|wrote|posted|state[ds]?|describe[ds]?|show(ed)?|asked|already|attached)",
    "you have (posted|said|shown|attached)|you're welcome|as (you|mentioned|stated|described|shown|noted|written)",
    "your (posts?|question|screenshots?|pictures?|images?|description|reply|statement|case|earlier|last)",
    "your (problem|issue) is|(posts?|question|message|answer) above|see above|(screen ?shots?|attached|circled|in red)",
    "(the|this|see) (picture|image|pic|photo)|(picture|image) below",
    "let (us|me) know|post (back|a|the|your)|report back|keep us posted|mark(ed)? (as )?(solved|resolved)",
    "this (thread|forum|topic|question|post)|(other|another) (thread|topic)|duplicate|moderator|volunteers?",
    "same (problem|issue) (here|as)|works (fine )?for me|glad (it|you|that|to)|welcome|congratulations",
    "we (have|try|are|can)|we've|peer support|developers do not|hope this",
    "restrict yourself|(original|first|earlier|previous) (posting|post|topic)|continue (that|this|your|the) "
    "(discussion|topic)|please (understand|be (patient|specific|clear))|you (seem|appear|sound)|you didn't"
    "|trying to help",
    "please (also )?(share|post|provide|tell|describe|attach|state|send|upload|check back|clarify|explain|include)",
    "more (info|information|details?|specific)( (on|about) [^.]*)?[.!]|(need|want) to (post|give|provide)|if you post",
    "not sure what|some suggestions|search this site|own description|the article|conversation",
    "steps (for that )?(are )?(below|above)",
    "you (can|cannot|can't) (receive|recieve|send|get) (any )?(e-?mails?|messages|mail)[.]",
    "(the|your) error (message )?(indicates|says|means|suggests)",
    "(if|whether) (that|this|it) is (true|so|the case|correct)|(your|the) (reply|replies|thread)|method [0-9]",
    "dm|direct message|private message|message us|joke|said|yesterday|today|last (night|week|month|year)|this morning",
)
_MASKED = regex.compile(r"<\w[\w ]*>|\[[a-z][a-z _-]*\]|\bX{4,}\b")


def own_words(answer: str) -> str:
    """A past answer without what it quoted, its greeting and its signature; '' where a quote has no visible end."""
    lines = [line for line in answer.strip().splitlines() if not _QUOTED_LINE.match(line)]
    text = "\n".join(lines).strip()
    while (said := _SAID.match(text)) is not None:
        named, newline, rest = text.partition("\n")
        if said.end() >= len(named.rstrip()):  # the name stood on a line of its own: the quote is the one after it
            _, newline, rest = rest.partition("\n")
        if not newline:
            return ""
        text = rest.strip()
    while (hello := _HELLO.match(text)) is not None:
        text = text[hello.end() :].strip()
    return _unsigned(text)


def _unsigned(text: str) -> str:
    """The text without the good wishes and names it ends with: last sentences of few words that begin so."""
    text = _SIGNED.sub("", text.strip())
    while text:
        *_, before, last = ["", *split(text)]
        if _GOODBYE.match(before) and _NAME.fullmatch(last):
            text = text.removesuffix(last).rstrip()
            continue
        if not (_GOODBYE.match(last) and len(last.split()) <= 7 and not last.endswith("?")):
            return text
        text = _SIGNED.sub("", text.removesuffix(last).rstrip())
    return ""


def of_the_thread(sentence: str) -> bool:
    """Whether a sentence speaks of the other thread, of its writer, or of what only its readers saw."""
    return bool(_OF_THE_THREAD.search(sentence))


def stands_alone(sentence: str) -> bool:
    """Whether a sentence of a past answer can be said to somebody else: no question, nothing of the other thread."""
    return not (
        sentence.rstrip("\"'”)").endswith("?")
        or of_the_thread(sentence)
        or _QUOTES.match(sentence)
        or has_gap(sentence)
        or len(sentence.split()) < 3
    )


def has_gap(sentence: str) -> bool:
    """Whether masking has taken something out of the sentence ("write to [email]"): it says too little without it."""
    return bool(_MASKED.search(sentence))


def without_address(sentence: str) -> str:
    """A sentence without the name it calls, the yes it opens with and an "I suggest" before the advice itself."""
    called = _VOCATIVE.match(sentence)
    if called and called[1].lower() not in _NO_NAMES:
        sentence = sentence[called.end() :]
    sentence = sentence.lstrip("-*•– ")
    for before in (_YES, _IF_SO, _LEAD_IN):
        found = before.match(sentence)
        if not found:
            continue
        sentence = sentence[found.end() :].strip()
        if before is _LEAD_IN and _DOING.match(sentence):  # "I suggest rebuilding the index": the verb went with it
            sentence = f"Try {sentence[:1].lower()}{sentence[1:]}"
    return _capitalised(sentence)


_DOING = regex.compile(r"^(?!(?:during|nothing|everything|anything|something|using the following)\b)\p{L}{2,}ing\b")
#: A name of a program's own making, whose letters must stay as they are: openDialog, about:config, mail.server.
_CODE = regex.compile(r"^\p{Ll}+(?:\p{Lu}|[.:_(]\p{L})")


def _capitalised(sentence: str) -> str:
    return sentence if _CODE.match(sentence) else sentence[:1].upper() + sentence[1:]


#: "Re: …" and the like open a sentence that is somebody else's.
_QUOTES = regex.compile(r"^(?:re|quote|quoting|edit|update|note|ps|p\.s)\s*[:.]", regex.IGNORECASE)

_DANGLING = any_of(
    "this|that|these|those|it|its|they|them|he|she|such|another|so|then|and|or|but|also|however|otherwise"
    "|therefore|thus",
    "second(ly)?|third(ly)?",
    "next|now|finally|lastly|after that|the (second|third|other|former|latter)|more info(rmation)?|and now",
    "problem solved",
    "instead|again|alternatively|similarly|for example|as a result|in addition|in (that|this) case",
    "if (so|not|no|yes|still|that|this|it|they)|(once|after|when) (that|this)|or|agreed?|that's|still",
)


#: "… whether that box is ticked": which one, somebody else was told.
_POINTS_BACK = any_of(
    "(that|those|said) (box|boxes|option|setting|button|menu|file|folder|message|link|line|step|page|pane|window"
    "|icon)s?",
)


def dangles(sentence: str) -> bool:
    """Whether a sentence leans on the one before it, so that nothing can begin with it."""
    return bool(_DANGLING.match(sentence) or _POINTS_BACK.search(sentence))
