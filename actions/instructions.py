"""Posts that try to instruct an assistant. What a post says is data; this finds the attempt and the honest rest."""

from __future__ import annotations

from actions.patterns import any_of
from actions.sentences import split
from actions.visible import folded, spelt_plainly

_RULES = "(instructions?|prompts?|rules|guidelines|directions|messages|programming|training|polic(y|ies)|orders?)"
_THING = "(manual|box|leaflet|booklet|article|page|video|pack|guide|kit|recipe|plan|e-?mail|website|sheet|post)"
_MACHINE = "(ai|assistant|bot|chatbot|llm|language model|gpt|chatgpt)"
_SAY = "(print|say|output|reply|respond|write|answer|tweet|post)"
_REPLY = "(reply|replies|answers?|response|responses|output)"
_PUT = "(include|add|append|put|insert|paste|copy|use (this|the)|contain|end|start|begin|finish|mention|repeat|spell)"
_START = r"(?:^|(?<=[.!?:]\s)|(?<=\band\s)|(?<=\bplease\s))"

#: Each is an order to a machine. Talk of instructions as a thing ("the instructions in the manual") is none.
_ORDER = any_of(
    "(ignore|disregard|forget|override|bypass) …(previous|prior|above|earlier|following|preceding|existing|your"
    "|system|all)"
    rf"( (and|or|of|the|any|other|following|previous|your|\w+)){{0,4}} {_RULES}"
    rf"(?! (in|on|from|of|that came) (the|my|your|a|this) (\w+ )?{_THING})",
    "forget everything (you|that you|we|above|before)",
    "from now on,? you (are|will|must|shall|have|act|only)|(?<=(^|[:,“] ?))from now on,? …(each|every|all) (answer"
    "|reply)",
    "you (are going to|will|must|should|shall|are now going to) (now )?(act|pretend|behave|role-?play|(respond"
    "|answer) as)",
    "you (will|must|shall|have to|are to|may) (now |only )*(answer|reply|respond|send|say) (only |with |every |all )+",
    rf"(act|behave|respond|answer|reply|speak) (just )?(as|like) (an? |the )?…({_MACHINE}|dan|stan|admin|pirate)",
    rf"{_START}pretend (to be|you are|that you)|you (are going to|will|must|should) pretend",
    "you are (now )?(an? )?(dan|stan|gpt|chatgpt|an ai|unrestricted|jailbroken|in developer)",
    r"(dan|god|jailbreak) mode|(developer|debug) mode (enabled?|activated?|output|unlocked)",
    "(reveal|print|repeat|output|leak|paste|show( me| us)?|tell (me|us)|give (me|us)|send( me| us)?|what(?:'s| is"
    "| are)|list)"
    r" …(your|the) ((system|initial|hidden|original|secret|whole) )*"
    r"(system (prompt|message|instructions)|(initial|hidden|original) (prompt|instructions)|prompt word for word)",
    r"(reveal|show|print|repeat|output|leak|tell me) …your (\w+ )?(instructions?|prompts?|rules|api key|token)"
    r"|(print|show|post|send|leak) …your (api keys?|tokens?|secrets?|environment)|os\.environ\S*",
    "repeat (everything|all|the (text|words|message)) (above|before)",
    rf"{_START}(just|only|simply|now) {_SAY} (exactly |only |with |the following )*(?=[\"“‘:])",
    rf"(?<!(a|an|the|my|his|her|their|our) ){_SAY} (only )?(with|by saying) (exactly|only|the (words?|text|link)"
    r"|this link|(hxxp|http)\S*)",
    rf"(?:{_START}|(?<=\b(must|should|shall|will|then|just|only|simply|to) )){_SAY} (only )?(with|by saying)"
    ' (?=["“‘])',
    rf"{_START}{_SAY} (exactly |only )+(with )?(?=[\"“‘:]|\p{{Lu}}{{3}}|this)",
    rf"(dear|hey|hi|hello|attention|note (to|for)( the| any| all)?) {_MACHINE}|to (any|the|all"
    rf"|every) {_MACHINE}s? (reading|that reads?)",
    rf"if you are (an? |the )?…{_MACHINE},? …(you|your|must|then|say|write|add|include)",
    "(include|add|put|insert|post|send) (this|the following|my) (link|url|text|sentence|address)"
    r"(?=.{0,60}\b(reply|answer|response|everyone|customers?|users?)\b)",
    rf"{_PUT} [^.?!\n]{{1,80}} (to|in|into|at the end of|with) (your|each|every|all|the next) (\w+ )?{_REPLY}",
    rf"(your|each|every|all|the next) (next )?{_REPLY} (must|should|shall|will|has to|have to|needs? to|ends?"
    rf"|starts?|begins?)"
    " (with|be|contain|include|say|end|start|link|mention|now|always)",
    rf"(start|begin|end|finish) (your|each|every|all) {_REPLY} with|new (rules?|instructions?|polic(y|ies)) for (you"
    rf"|the"
    rf" (model|{_MACHINE}))",
    "(tell|message|notify|mention|send) (all|each|every(one|body)?|other)( of)? …(customers?|users?|followers?|them)"
    "|remember (this|that) for (all|every|each|later|future)",
    r"(?<!\w)mention @\S+ and|send (this|your|the) (answer|reply) [^.\n]{0,40}to @\S+",
    "(approve|publish|post) (this|it|the) (following )?(reply |draft )?(without (a )?(review|approval|asking)"
    "|automatically|yourself)"
    "|publish (it|this) without|i approve (this|the( following)?) (reply|draft|answer)",
    "(ignore|disregard|forget) the (post|text|question|message) (below|above|before)",
    rf"{_START}(reply|respond|answer) (?=[\"“‘])|(write|give|form) your (answer|reply) (so that|such that|as a"
    rf"|backwards)",
    "(decode|decrypt|translate) (this|the following)[^.?!\n]{0,30}(and|then) (do|follow|obey|execute|run)"
    "|apply …to this[^.?!\n]{0,10}(and|then) (do|follow|obey|execute|run)",
    "let's play [^.?!\n]{0,30}you are|confirm [^.?!\n]{1,30} in your (reply|answer)",
    r"(set|change) …(threshold|allowed_domains|temperature|reviewers) ?=\S*",
    r"\"kind\" ?: ?\"(advise|clarify|acknowledge)\".*|\{ ?\"(tool|role|function)\" ?: ?\"[^\"]*\", ?\"(result"
    r"|content|output)\" ?:.*",
    "(post|publish|send) this link (as|in) (the|your)|copy this link into|translate …(and|then) (post|publish"
    "|say) (it|this) as",
    r"<\|?(system|im_start|im_end|endoftext)\|?>.*|\[/?inst\].*|\[/?system\](?=\s*(you|ignore|new|from|always|never|#|$)).*|<</?sys>>.*|</?(system|instructions?)>",
    rf"(?m:^|[.:!?>-] )\s*(system|assistant|{_MACHINE})\s*[:,] ?(you|ignore|from|the (user|reply|answer|policy)|new"
    rf"|please|always"
    "|never|act|append|add|copy|write|say|reply|include|link)",
    "(?m:^)\\s*(thought|observation|action)\\s*:(?=.{0,60}\\b(reply|replacement|knowledge base|should say|tool"
    "|answer)\\b)"
    "|action\\s*: (reply|publish|send)",
    # the same in the languages that are met most on the networks; whatever else they say is handed over
    "ignor(iere?|ez|a|en|e) …(alle|toutes?|todas?|tutte|le|las|les|tes|tus|deine) …(anweisungen|consignes"
    "|instruc\\w+|istruzioni"
    "|regeln|reglas|règles)|(oublie|olvida|vergiss|dimentica) …(tes|tus|deine|toutes|todas|alle|le tue)"
    " …(consignes|instruc\\w+|anweisungen|regeln|reglas|istruzioni)",
)
_REQUEST = any_of(
    "how|can't|cannot|won't|doesn't|trying to|need to|want to|help|which|what|why|problem|broken|stopped|fails?",
    r".?\?",
)


def instructs(text: str) -> bool:
    """Whether the text gives orders to an assistant, also with letters of other scripts or digits for letters."""
    seen = folded(text)
    if _ORDER.search(seen):
        return True
    plain = spelt_plainly(seen)
    return plain != seen and bool(_ORDER.search(plain))


def orders(text: str) -> list[str]:
    """The sentences of the text that give orders to an assistant."""
    return [sentence for sentence in _sentences(text) if instructs(sentence)]


def _sentences(text: str) -> list[str]:
    """The sentences of a text; a comment in HTML's form is one of its own."""
    return split(text.replace("<!--", "\n<!--").replace("-->", "-->\n"))


def ordered_part(text: str) -> list[str]:
    """The orders of a text with what belongs to them: whatever follows the first one and asks for nothing."""
    found: list[str] = []
    for sentence in _sentences(text):
        if instructs(sentence) or (found and not _REQUEST.search(sentence)):
            found.append(sentence)
    if not found and instructs(text):  # the order reaches across its sentences
        return split(text)
    return found


def honest_part(text: str) -> str:
    """What is left of a post once its orders are taken out: what came before the first one and asks for something.

    '' where nothing is asked. What follows an order is left out too, for it usually belongs to it.
    """
    before: list[str] = []
    for sentence in _sentences(text):
        if instructs(sentence):
            break
        before.append(sentence)
    rest = " ".join(before)
    return rest if len(rest.split()) >= 4 and ("?" in rest or _REQUEST.search(rest)) else ""
