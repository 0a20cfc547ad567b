"""Remove what set-up, demo and tests made: databases, environments, models, caches. `python tools/clean.py`.

Needs the service's environment only for finding and stopping the embedded databases; without it there are none.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("GOODWORD_HOME") or ROOT / ".goodword")

#: Run by the service's Python: stops each database that nobody uses and prints its folder; exits 1 where one is in use.
DATABASES = """
import sys
from pathlib import Path
import psutil
from bot.postgres import Embedded, folder

def runs(data):
    try:
        return psutil.pid_exists(int((data / "postmaster.pid").read_text().split()[0]))
    except (OSError, ValueError, IndexError):
        return False

for home in map(Path, sys.argv[1:]):
    data = folder(home)
    if runs(data):
        embedded = Embedded(home, tell=lambda line: None)
        embedded.start()
        embedded.stop()
        if runs(data):
            sys.exit(f"Goodword is still running on {data}: stop it first (Ctrl-C where it runs).")
    print(data)
"""


def main() -> int:
    """Remove it all. Returns the exit status; where something still runs, nothing is removed."""
    python = ROOT / ".venv" / "bin" / "python"
    gone = [HOME, ROOT / ".venv"]
    if python.exists() and HOME.exists():
        homes = [HOME, *(path for path in HOME.iterdir() if path.is_dir()), *HOME.glob("*/demo")]  # the tests' demo
        found = subprocess.run([python, "-c", DATABASES, *homes], capture_output=True, text=True, cwd=ROOT, check=False)
        if found.returncode:
            print(found.stderr.strip().splitlines()[-1], file=sys.stderr)
            return 1
        gone += [Path(line) for line in found.stdout.splitlines()]
    gone += [
        ROOT / name for name in (".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", "goodword.egg-info")
    ]
    for path in gone:
        if path.exists():
            print(f"  removing {path}")
            shutil.rmtree(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
