"""Finding a Chromium for the browser tests, and getting one where there is none.

`python -m tests.e2e.browser` prints nothing when there is one, and exits 1 with the one line to run when there is none
and none could be had.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import sync_playwright

#: As distributions name it, in the order in which they are tried.
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find(environ: Mapping[str, str] = os.environ) -> Path | None:
    """The browser to use: what CHROMIUM names (and nothing else then), the system's, or playwright's own download."""
    if named := environ.get("CHROMIUM"):
        found = shutil.which(named)
        return Path(found) if found else None
    for name in NAMES:
        if found := shutil.which(name, path=f"{environ.get('PATH', '')}:/usr/bin"):
            return Path(found)
    return _downloaded()


def ensure() -> Path | None:
    """The browser to use, installed first where there is none: Debian's package as root, else playwright's download."""
    if found := find():
        return found
    if os.environ.get("CHROMIUM"):
        return None
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium for the browser tests (Debian's package, about 100 MB to download)", flush=True)
        if _quietly("apt-get", "update") and _quietly(
            "apt-get", "install", "--yes", "--no-install-recommends", "chromium"
        ):
            return find()
    print("Downloading playwright's Chromium for the browser tests (about 150 MB)", flush=True)
    _quietly(sys.executable, "-m", "playwright", "install", "chromium")
    return find()


def _downloaded() -> Path | None:
    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.exists() else None


def _quietly(*command: str) -> bool:
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run = subprocess.run(command, capture_output=True, text=True, env=environ, stdin=subprocess.DEVNULL, check=False)
    if run.returncode:
        print("\n".join((run.stderr or run.stdout).strip().splitlines()[-3:]), file=sys.stderr)
    return run.returncode == 0


def main() -> int:
    """Make sure that there is a browser. Returns the exit status."""
    if ensure():
        return 0
    if named := os.environ.get("CHROMIUM"):
        print(f"CHROMIUM={named} is not a program; unset it to have one found.", file=sys.stderr)
    else:
        print("No Chromium was found and none could be installed. Run: apt-get install chromium", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
