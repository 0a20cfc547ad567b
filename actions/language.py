"""Which language a post is written in. Doubt counts as English: a wrong hand-over costs an answer."""

from __future__ import annotations

import unicodedata
from functools import cache

import regex
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from actions.links import LINK

#: On 3,000 support posts no English one was taken for another language at .65 and above with three words or more.
SURE = 0.65
#: Creoles of English and "no language at all" that the model proposes for terse or pasted English.
NOT_ANOTHER = frozenset({"en", "pcm", "zxx", "und", "sco"})

_NOISE = regex.compile(r"[@#][\w.@-]+|<[^>]*>|\S+@\S+")


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def language_of(text: str) -> str:
    """The ISO 639-1 code of the text's language, `en` where there is doubt."""
    words = _NOISE.sub(" ", LINK.sub(" ", text)).strip()
    if sum(unicodedata.category(character)[0] == "L" for character in words) < 6:
        return "en"
    if not regex.search(r"\p{Latin}", words):
        return str(_identifier().classify(words)[0])
    if len(words.split()) < 3:
        return "en"
    code, probability = _identifier().classify(words)
    return "en" if code in NOT_ANOTHER or probability < SURE else str(code)
