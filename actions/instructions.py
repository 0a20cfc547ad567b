"""Posts that try to instruct an assistant. What a post says is data; this finds the attempt and the honest rest."""

from __future__ import annotations

from actions.patterns import any_of
from actions.sentences import split

_RULES = "(instructions?|prompts?|rules|guidelines|directions|messages|programming|training)"
_THING = "(manual|box|leaflet|booklet|article|page|video|pack|guide|kit|recipe|plan|e-?mail|website|sheet|post)"
_MACHINE = "(ai|assistant|bot|chatbot|llm|language model|gpt|chatgpt)"
_SAY = "(print|say|output|reply|respond|write|answer|tweet|post)"
_START = r"(?:^|(?<=[.!?:]\s)|(?<=\band\s)|(?<=\bplease\s))"

#: Each is an order to a machine. Talk of instructions as a thing ("the instructions in the manual") is none.
_ORDER = any_of(
    "(ignore|disregard|forget|override|bypass) …(previous|prior|above|earlier|following|preceding|existing|your"
    "|system|all)"
    rf"( (and|or|of|the|any|other|following|previous|your|\w+)){{0,4}} {_RULES}"
    rf"(?! (in|on|from|of|that came) (the|my|your|a|this) (\w+ )?{_THING})",
    "forget everything (you|that you|we|above|before)",
    "from now on,? you (are|will|must|shall|have|act|only)",
    "you (are going to|will|must|should|shall|are now going to) (now )?(act|pretend|behave|role-?play|(respond"
    "|answer) as)",
    rf"(act|behave|respond|answer|reply|speak) (just )?(as|like) (an? |the )?…({_MACHINE}|dan|stan|admin|pirate)",
    rf"{_START}pretend (to be|you are|that you)|you (are going to|will|must|should) pretend",
    "you are (now )?(an? )?(dan|stan|gpt|chatgpt|an ai|unrestricted|jailbroken|in developer)",
    r"(developer|dan|debug|god|jailbreak) mode (enabled?|activated?|on|output|unlocked)",
    "(system|initial|hidden|original) prompt",
    r"(reveal|show|print|repeat|output|leak|tell me) …(your|the system) (\w+ )?(instructions?|prompts?|rules"
    r"|api key|token)",
    rf"{_START}(just|only|simply|now) {_SAY} (exactly |only |with |the following )*(?=[\"“‘:])",
    rf"{_SAY} (only )?(with|by saying) (exactly|only|the (words?|text|link)|this link|a link|(?=[\"“‘]))",
    rf"(dear|hey|hi|hello|attention|note to( the)?) {_MACHINE}",
    "(include|add|put|insert|post|send) (this|the following|my) (link|url|text|sentence|address)"
    r"(?=.{0,60}\b(reply|answer|response|everyone|customers?|users?)\b)",
    "(tell|message|notify|mention|send) (all|every(one|body)?|other)( of)? …(customers?|users?|followers?)",
    "(approve|publish|post) (this|it) (reply |draft )?(without (review|approval|asking)|automatically|yourself)",
    r"<\|?(system|im_start|im_end|endoftext)\|?>.*|\[/?(inst|system)\].*",
    r"(?m:^)\s*(system|assistant)\s*: (you|ignore|from|the user|new|please|always|never|act)",
)
_REQUEST = any_of(
    "how|can't|cannot|won't|doesn't|trying to|need to|want to|help|which|what|why|problem|broken|stopped|fails?",
    r".?\?",
)


def instructs(text: str) -> bool:
    """Whether the text gives orders to an assistant."""
    return bool(_ORDER.search(text))


def orders(text: str) -> list[str]:
    """The sentences of the text that give orders to an assistant."""
    return [sentence for sentence in split(text) if instructs(sentence)]


def honest_part(text: str) -> str:
    """What is left of a post once its orders are taken out: what came before the first one and asks for something.

    '' where nothing is asked. What follows an order is left out too, for it usually belongs to it.
    """
    before: list[str] = []
    for sentence in split(text):
        if instructs(sentence):
            break
        before.append(sentence)
    rest = " ".join(before)
    return rest if len(rest.split()) >= 4 and ("?" in rest or _REQUEST.search(rest)) else ""
