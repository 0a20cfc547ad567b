"""Finding a Python 3.10, the last that Rasa runs on."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from knowledge.errors import GoodwordError

#: Names a Python 3.10 when the ones we look for are not the one to use.
VARIABLE = "GOODWORD_PYTHON310"

#: What `uv venv --python` takes to mean "find or fetch one yourself".
UVS_OWN = "3.10"


class NoPython310(GoodwordError):
    """The variable names something that is not a Python 3.10, or none could be had."""

    code = "no_python310"


def is_python310(candidate: Path) -> bool:
    """Whether it runs and is 3.10: a pyenv shim of a version that is not chosen is there, but exits 127."""
    try:
        run = subprocess.run([candidate, "--version"], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return run.returncode == 0 and run.stdout.startswith("Python 3.10.")


def find(environ: Mapping[str, str] = os.environ) -> str:
    """The Python 3.10 to build Rasa's environment with: a path, or `UVS_OWN` where uv has to see to it.

    Looks at the variable, then pyenv's versions (newest first), then PATH.

    Raises:
        NoPython310: the variable is set and what it names is not a Python 3.10.
    """
    if named := environ.get(VARIABLE):
        if not is_python310(Path(named).expanduser()):
            raise NoPython310(f"{VARIABLE} is {named}, which is not a working Python 3.10", hint=how_to_get_one())
        return str(Path(named).expanduser())
    return next((str(path) for path in _candidates(environ) if is_python310(path)), UVS_OWN)


def how_to_get_one() -> str:
    """What a person can do to have a Python 3.10."""
    return f"install Python 3.10 (`pyenv install 3.10`, or your system's package python3.10), or set {VARIABLE} to one"


def _candidates(environ: Mapping[str, str]) -> Iterator[Path]:
    pyenv = Path(environ.get("PYENV_ROOT") or Path(environ.get("HOME", "~")).expanduser() / ".pyenv")
    yield from sorted(pyenv.glob("versions/3.10.*/bin/python3.10"), key=_patch, reverse=True)
    if on_path := shutil.which("python3.10", path=environ.get("PATH", "")):
        yield Path(on_path)


def _patch(python: Path) -> int:
    """The patch level of a pyenv version; 0 for one with a name such as 3.10.4-debug that says more than a number."""
    found = re.fullmatch(r"3\.10\.(\d+)", python.parent.parent.name)
    return int(found[1]) if found else 0
