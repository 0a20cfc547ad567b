"""The one base class of every error that a person may read."""

from __future__ import annotations


class GoodwordError(Exception):
    """Something a person can mend: `str(error)` says what happened and why, `hint` how to mend it.

    `code` is stable and meant for programs (JSON output, logs, tests); a subclass sets it once.
    The command line prints `str(error)` and the hint, never a traceback, and exits 1.
    """

    code = "goodword"

    def __init__(self, what: str, *, hint: str = "") -> None:
        super().__init__(what)
        self.hint = hint

    @property
    def told(self) -> str:
        """What happened and how to mend it, as sentences: for where there is one line for both."""
        return " ".join(_sentence(part) for part in (str(self), self.hint) if part.strip())


def _sentence(text: str) -> str:
    text = text.strip()
    ended = text.endswith((".", "!", "?", "…"))
    return f"{text[:1].upper()}{text[1:]}" if ended else f"{text[:1].upper()}{text[1:]}."


class BadInput(GoodwordError):
    """A file or line handed to us is not what it should be. The message names the file and the line."""

    code = "bad_input"
