"""Patterns over everyday English, written so that a person can read them."""

from __future__ import annotations

import regex


def any_of(*patterns: str) -> regex.Pattern[str]:
    """One pattern that finds whatever any of the given ones finds, as whole words and in either case.

    In them a space stands for white space (with `?` for some or none), `'` for an apostrophe of either kind or none
    (not within brackets), and `…` for up to three words. Everything else is a regular expression.
    """
    return regex.compile(r"(?<!\w)(?:" + "|".join(map(_spelt_out, patterns)) + r")(?!\w)", regex.IGNORECASE)


def _spelt_out(pattern: str) -> str:
    pattern = pattern.replace("'", "['’]?").replace("…", r"(?:[\w'’-]+\s+){0,3}")
    pattern = pattern.replace(" ?", r"\s*").replace(" ", r"\s+")
    return f"(?:{pattern})"


def word_list(text: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(text.split())
