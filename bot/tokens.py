"""What `goodword connect` was told, in one file that only its owner can read: `HOME/secrets/tokens.json`.

It is made with mode 0600 in a folder of mode 0700, so it is never open for a moment, and it is replaced as a whole, so
it is never half written. Environment and `goodword.toml` win over it.
"""

from __future__ import annotations

import json
import os
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path

from knowledge.errors import GoodwordError

#: The settings that may be stored; those that are no secret belong to the connection all the same.
SECRETS = ("slack_bot_token", "slack_app_token", "slack_signing_secret", "mastodon_token")
STORABLE = (*SECRETS, "slack_channel", "mastodon_url")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class TokensUnreadable(GoodwordError):
    """The file of stored tokens cannot be read or written."""

    code = "tokens_unreadable"


def path(home: Path) -> Path:
    """Where the tokens of this home are kept, whether there are any or not."""
    return home / "secrets" / "tokens.json"


def read(home: Path) -> dict[str, str]:
    """What is stored, by the setting's name; nothing where nothing was stored.

    Raises:
        TokensUnreadable: the file is there but belongs to somebody else, or is not ours. Nothing of it is quoted.
    """
    file = path(home)
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise TokensUnreadable(
            f"{file} cannot be read: {error.strerror}", hint="run goodword as the person who ran `goodword connect`"
        ) from None
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise TokensUnreadable(f"{file} is not what was stored", hint="remove it and run `goodword connect` again")
    if unknown := sorted(set(found) - set(STORABLE)):
        raise TokensUnreadable(
            f"{file} holds what this Goodword does not know: {', '.join(unknown)}",
            hint="a newer Goodword has written it: use that one, or remove the file and connect again",
        )
    return found


def store(home: Path, changes: Mapping[str, str]) -> Path:
    """Keep these beside what is stored already; an empty text takes a setting out. Returns the file.

    Raises:
        TokensUnreadable: what is there cannot be read, or nothing can be written.
    """
    kept = {name: value for name, value in {**read(home), **changes}.items() if value}
    file = path(home)
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if file.parent.stat().st_mode & _OTHERS:
            file.parent.chmod(0o700)
        with tempfile.NamedTemporaryFile("w", dir=file.parent, delete=False, encoding="utf-8") as new:  # mode 0600
            try:
                json.dump(kept, new, indent=1)
                new.flush()
                os.fsync(new.fileno())
                Path(new.name).replace(file)
            except BaseException:
                Path(new.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise TokensUnreadable(
            f"{file} cannot be written: {error.strerror}", hint="set GOODWORD_HOME to a folder of yours"
        ) from None
    return file


def open_to_others(home: Path) -> str:
    """Which of file and folder others on this machine may read or enter, as `PATH (mode 644)`; empty: none."""
    file = path(home)
    for place in (file, file.parent):
        try:
            mode = stat.S_IMODE(place.stat().st_mode)
        except OSError:
            continue
        if mode & _OTHERS:
            return f"{place} (mode {mode:o})"
    return ""


def masked(value: str) -> str:
    """A secret as it may be shown to the person who has it: its kind and its last four characters."""
    kind = value.split("-", 1)[0] + "-" if value.startswith(("xoxb-", "xapp-")) else ""
    return f"{kind}…{value[-4:]}" if len(value) >= 16 else "…"
