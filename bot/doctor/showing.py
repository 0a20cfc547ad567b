"""Findings as people read them in a terminal: a word for how each part stands, what was found, and what to do."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from bot.doctor.finding import Finding, Standing

_STYLES = {Standing.OK: "green", Standing.OFF: "dim", Standing.WRONG: "bold red"}
_WORDS = {Standing.OK: "ok", Standing.OFF: "off", Standing.WRONG: "to do"}


def table(findings: Sequence[Finding], *, indent: int = 0) -> Table:
    """One row for each finding. `indent` sets it in by so many columns."""
    made = Table.grid(padding=(0, 2, 0, 0), pad_edge=False)
    made.add_column(no_wrap=True, min_width=5 + indent)
    made.add_column(no_wrap=True)
    made.add_column(overflow="fold")
    for finding in findings:
        word = Text(" " * indent + _WORDS[finding.standing], style=_STYLES[finding.standing])
        made.add_row(word, Text(finding.part), _what(finding))
    return made


def _what(finding: Finding) -> Text:
    said = Text(finding.says)
    if finding.mend:
        said.append(f"\n{finding.mend}", style="dim" if finding.standing is Standing.OFF else "yellow")
    return said
