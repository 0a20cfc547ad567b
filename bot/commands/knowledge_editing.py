"""Editing an entry in the editor of one's choice, in the form that Markdown files have."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from knowledge.entries import Entry
from knowledge.errors import BadInput, GoodwordError
from knowledge.reading.fields import BadField, prose
from knowledge.reading.markdown import markdown, written

#: What an editor may change; the rest is the library's own.
EDITABLE = (
    "kind",
    "title",
    "text",
    "question",
    "url",
    "product",
    "platform",
    "features",
    "language",
    "audience",
    "owner",
    "created_at",
    "review_at",
    "cites",
)


class NoEditor(GoodwordError):
    """The editor cannot be started, or ended with an error."""

    code = "no_editor"


def text_of(path: Path) -> str:
    """A file's text, masked, as that of an entry.

    Raises:
        BadInput: the file cannot be read or holds nothing.
    """
    try:
        return prose({"text": path.read_text(encoding="utf-8-sig")}, "text", required=True)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}", hint="check the name of the file") from None
    except UnicodeDecodeError:
        raise BadInput(f"{path} is not UTF-8", hint="save the file as UTF-8") from None
    except BadField:
        raise BadInput(f"{path} is empty", hint="to take an entry out of use: `goodword knowledge retire`") from None


def edited(entry: Entry) -> Entry:
    """The entry as somebody left it in $VISUAL or $EDITOR (else vi).

    Raises:
        NoEditor: the editor cannot be started or failed.
        BadInput: what was written cannot be read; it is kept, and the hint says where.
    """
    handle, name = tempfile.mkstemp(prefix="goodword-", suffix=".md")
    path = Path(name)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(written(entry))
    program = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        subprocess.run([*shlex.split(program), name], check=True)
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        path.unlink()
        why = f"status {error.returncode}" if isinstance(error, subprocess.CalledProcessError) else str(error)
        raise NoEditor(f"the editor {program!r} did not work: {why}", hint="set EDITOR to one that does") from None
    found = markdown(path, entry.source)
    if isinstance(found, BadInput):
        raise BadInput(str(found), hint=f"nothing was changed; what you wrote is kept in {path}")
    if found.id != entry.id:
        raise BadInput("the id of an entry cannot be changed", hint=f"what you wrote is kept in {path}")
    path.unlink()
    return replace(entry, **{field: getattr(found, field) for field in EDITABLE})
