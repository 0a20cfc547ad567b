"""Where uv takes packages from: the index that pip is told to use, because uv does not read pip's settings.

Standard library only: tools/prepare.py uses it before any package is installed.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path


def settings(python: str | Path) -> dict[str, str]:
    """Our environment, with the index that the pip of this Python uses where uv is told of none."""
    environ = dict(os.environ)
    if not environ.keys() & {"UV_DEFAULT_INDEX", "UV_INDEX_URL"} and (index := _pips_index(python)):
        environ["UV_DEFAULT_INDEX"] = index  # never on the command line: it may hold a password
    return environ


def _pips_index(python: str | Path) -> str | None:
    run = subprocess.run([str(python), "-m", "pip", "config", "list"], capture_output=True, text=True, check=False)
    found = re.search(r"^(?::env:|global|user|site)\.index-url='([^']+)'$", run.stdout, re.MULTILINE)
    return found[1] if found else None
