"""What is on this machine: Python, home folder, stored tokens, Rasa's environment, the embedding model."""

from __future__ import annotations

import os
import platform
import stat
import sys
from pathlib import Path

from bot import tokens
from bot.doctor.finding import Finding, off, ok, wrong
from bot.nlu import environment
from bot.settings import Settings
from knowledge.encoder import DEFAULT_PACKAGE, default_model_path
from knowledge.tuned_encoders import TunedEncoders

#: As in pyproject.toml.
_OLDEST = (3, 11)


def python() -> Finding:
    """The Python that runs this."""
    version = f"{platform.python_version()} ({sys.prefix})"
    if sys.version_info >= _OLDEST:
        return ok("Python", version)
    return wrong("Python", version, "run `make setup` with Python 3.11 or newer")


async def home(settings: Settings) -> list[Finding]:
    """The home folder: there, ours to write to, and to nobody else's."""
    part, place = "Home folder", settings.home.absolute()
    if not place.exists():
        return [off(part, f"{place} is not there yet", "the first command that needs it makes it")]
    if not place.is_dir() or not os.access(place, os.R_OK | os.W_OK | os.X_OK):
        return [wrong(part, f"{place} may not be written to", "set GOODWORD_HOME to a folder of yours")]
    mode = stat.S_IMODE(place.stat().st_mode)
    if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
        return [wrong(part, f"everybody may write to {place} (mode {mode:o})", f"chmod o-w {place}")]
    return [ok(part, str(place))]


async def stored_tokens(settings: Settings) -> list[Finding]:
    """The file of stored tokens is for its owner only."""
    part, file = "Stored tokens", tokens.path(settings.home)
    if not file.exists():
        return [off(part, "none are stored")]
    if who := tokens.open_to_others(settings.home):
        return [wrong(part, f"others on this machine may open {who}", f"chmod 700 {file.parent} && chmod 600 {file}")]
    return [ok(part, f"{len(tokens.read(settings.home))} in {file}, for its owner only")]


async def rasa_environment(settings: Settings) -> list[Finding]:
    """Rasa's own Python and packages."""
    if environment.built(settings.home):
        return [ok("Rasa", "its environment is there and up to date")]
    return [
        wrong("Rasa", "its environment is missing or out of date", "run `make setup`; `goodword run` builds it too")
    ]


async def embedding_model(settings: Settings) -> list[Finding]:
    """The model that turns texts into vectors is where it is looked for. Raises EncoderUnavailable."""
    part, named = "Embedding model", settings.embedding_model
    if tuned := TunedEncoders(settings.home / "encoders").in_use(named or ""):
        return [ok(part, f"trained on your own past answers: {tuned.name}")]
    if not named:
        default_model_path()
        return [ok(part, f"the one that comes as the package {DEFAULT_PACKAGE}")]
    if (Path(named) / "modules.json").is_file():
        return [ok(part, named)]
    if named.startswith((".", "/")):
        return [wrong(part, f"{named} holds no sentence-transformers model", "set GOODWORD_EMBEDDING_MODEL")]
    return [ok(part, f"{named}, which is looked for by its name when it is loaded")]
