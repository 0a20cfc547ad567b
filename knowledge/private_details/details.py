"""A private detail: its kind and its place in a text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of private details; all but `ORDER_NUMBER` have the names that Presidio gave them."""

    EMAIL = "EMAIL_ADDRESS"
    PHONE = "PHONE_NUMBER"
    CARD = "CREDIT_CARD"
    IBAN = "IBAN_CODE"
    IP = "IP_ADDRESS"
    SSN = "US_SSN"
    LICENCE = "US_DRIVER_LICENSE"
    ORDER = "ORDER_NUMBER"


@dataclass(frozen=True, order=True)
class Detail:
    """Characters `start` up to `end` (not included) of a text are a private detail of this kind."""

    start: int
    end: int
    kind: Kind


#: Yields the places in a text, in their order, that are details of one kind.
Recogniser = Callable[[str], Iterator[tuple[int, int]]]
