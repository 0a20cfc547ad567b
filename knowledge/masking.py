"""Private details out of a text: what is stored, indexed or shown beyond the post itself is masked first.

Precision matters as much as recall: a version, an error code or a screw size that became `[phone]` would make an
answer useless. What is found, and how, is in `knowledge.private_details`.
"""

from __future__ import annotations

from knowledge.private_details import Kind, find

_LABELS = {
    Kind.EMAIL: "[email]",
    Kind.PHONE: "[phone]",
    Kind.CARD: "[card]",
    Kind.IBAN: "[iban]",
    Kind.IP: "[ip]",
    Kind.SSN: "[ssn]",
    Kind.LICENCE: "[licence number]",
    Kind.ORDER: "[order number]",
}

#: A label may bring two things together that read as a third; more than twice happens to no text but one made for it.
_ROUNDS = 6


def mask(text: str) -> str:
    """The text with e-mail addresses, telephone, card, bank account, social security, driving licence and order numbers
    and IP addresses replaced by `[email]`, `[phone]`, `[card]`, `[iban]`, `[ssn]`, `[licence number]`, `[order number]`
    and `[ip]`.

    Masking a masked text changes nothing. Runs in time linear in the length of the text.
    """
    for _ in range(_ROUNDS):
        masked = _once(text)
        if masked == text:
            break
        text = masked
    return text


def _once(text: str) -> str:
    parts, end = [], 0
    for detail in find(text):
        parts += [text[end : detail.start], _LABELS[detail.kind]]
        end = detail.end
    return "".join([*parts, text[end:]])
