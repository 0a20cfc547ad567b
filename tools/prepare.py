"""Prepare what is asked for: `python tools/prepare.py service nlu test lint browser`, in that order, once each.

Runs before there is an environment, so it uses the standard library only. What is there and up to date is left
alone: a second call takes a fraction of a second.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tomllib
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from progress import Bar

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT))

from bot import package_index  # noqa: E402

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
CONSTRAINTS = ROOT / "constraints.txt"
PROJECT = ROOT / "pyproject.toml"
LOG = ROOT / ".goodword" / "prepare.log"

#: What pip and uv say of a package on its way: one from an index with its size, or one from a folder of this machine.
_FETCHING = re.compile(r"^\s*Downloading (?P<what>\S+) \((?P<size>[\d.]+) ?(?P<unit>[kKMG]i?B|bytes)\)")
_RESOLVED = re.compile(r"^Resolved (?P<count>\d+) packages? in")
_LOCAL = re.compile(r"^Processing (?P<path>/\S+\.whl)")
_MB = {"bytes": 1e-6, "kB": 1e-3, "MB": 1.0, "GB": 1e3, "KiB": 1.024e-3, "MiB": 1.049, "GiB": 1.074e3}
#: Only packages at least this large (MB) are worth a line of their own.
_LARGE = 20.0
#: uv names only packages of over 1 MB as it fetches them: so many of ours are.
_LARGER = 30


class Failed(Exception):
    """A step did not succeed; the text is for the person who typed `make`."""


def main(parts: list[str]) -> int:
    """Prepare each part. Returns the exit status."""
    steps = {"service": service, "nlu": nlu, "test": test, "lint": lint, "browser": browser}
    if unknown := [part for part in parts if part not in steps]:
        print(f"unknown: {' '.join(unknown)}; there are {' '.join(steps)}", file=sys.stderr)
        return 2
    os.chdir(ROOT)
    try:
        for part in parts:
            steps[part]()
    except Failed as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. Run the same again: it goes on from here.", file=sys.stderr)
        return 130
    return 0


def service() -> None:
    """The main environment in .venv: everything the service needs, and Goodword itself, editable."""
    wanted = _digest(sys.version, str(ROOT), PROJECT.read_text(), CONSTRAINTS.read_text())
    if _up_to_date("service", wanted):
        return
    print("Preparing the service's environment in .venv: about 130 packages. The large ones are torch")
    print(
        "(about 200 MB as a CPU build, gigabytes with CUDA: the README tells how pip chooses) and the embedding model."
    )
    if not _runs(PYTHON):
        _run([sys.executable, "-m", "venv", "--clear", str(VENV)], "the virtual environment could not be made")
    # pip chooses torch's build, by settings that uv does not read; torch brings a dozen packages.
    _pip(["torch", "uv"], "torch", about=15)
    _uv(["-e", "."], "the service's environment")
    _compile("service")
    _stamp("service", wanted)


def nlu() -> None:
    """Rasa's environment under the home folder, by the part of Goodword that knows how."""
    home = os.environ.get("GOODWORD_HOME", ".goodword")
    if subprocess.run([PYTHON, "-m", "tools.rasa_environment", home], check=False).returncode:
        raise Failed("Rasa's environment is not ready (see above). Run the same again once that is mended.")


def test() -> None:
    """What only tests need."""
    _extra("test")


def lint() -> None:
    """What only checking needs."""
    _extra("lint")


def browser() -> None:
    """A Chromium for the browser tests."""
    if subprocess.run([PYTHON, "-m", "tests.e2e.browser"], check=False).returncode:
        raise Failed("The browser tests need Chromium (see above).")


def _extra(name: str) -> None:
    packages = tomllib.loads(PROJECT.read_text())["project"]["optional-dependencies"][name]
    wanted = _digest(sys.version, *packages, CONSTRAINTS.read_text())
    if not _up_to_date(name, wanted):
        _uv(packages, f"what `make {name}` needs")
        if name == "test":
            _compile(name)
        _stamp(name, wanted)


def _uv(what: list[str], named: str) -> None:
    """Install with our exact versions, in a fraction of pip's time; where uv cannot (an index, a proxy or a certificate
    that only pip is told of) pip does."""
    command = [str(PYTHON), "-m", "uv", "pip", "install", "--python", str(PYTHON), "-c", str(CONSTRAINTS), *what]
    if last := _install(command, named, about=_LARGER, environ=package_index.settings(PYTHON)):
        print(f"  uv could not install {named} ({last[-1].strip()}), so pip does", flush=True)
        _pip(what, named, about=CONSTRAINTS.read_text().count("==") if "-e" in what else len(what))


def _pip(what: list[str], named: str, about: int) -> None:
    # No bytecode of everything: most modules are never imported, and it is half of pip's work. What is, see _compile.
    command = [str(PYTHON), "-m", "pip", "install", "--no-input", "--no-compile", "--progress-bar", "off"]
    command += ["--disable-pip-version-check", "-c", str(CONSTRAINTS), *what]
    if last := _install(command, named, about):
        raise Failed(
            f"pip could not install {named}. It said last:\n  "
            + "\n  ".join(last)
            + f"\nAll of it is in {LOG.relative_to(ROOT)}. Is the network up, and does pip reach its package index?"
        )


def _compile(part: str) -> None:
    """Have the compiled form of what a part imports kept, so that each start takes seconds. Where something cannot be
    imported, whoever starts it is told so; the log has it already."""
    command = [str(PYTHON), "-m", "tools.compiling", part]
    done, total = 0, 1
    with (
        LOG.open("a") as log,
        Bar(lambda: (done, total)) as bar,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process,
    ):
        assert process.stdout is not None
        bar.note("compiling what is imported")
        for line in process.stdout:
            log.write(line)
            if line.strip().isdecimal():
                total = int(line)
            else:
                done = min(done + 1, total)


def _install(command: list[str], named: str, about: int, environ: dict[str, str] | None = None) -> list[str]:
    """Run it, showing how far it is; all that it says goes to the log. Returns its last words where it failed."""
    LOG.parent.mkdir(exist_ok=True)
    seen = Seen(about, before=_installed())
    last: deque[str] = deque(maxlen=12)
    with (
        LOG.open("a") as log,
        Bar(seen.counted) as bar,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environ) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            log.write(line)
            last.append(line.rstrip())
            if news := seen.read(line):
                bar.note(news)
    if process.returncode:
        return list(last) or ["nothing"]
    near = f", {seen.local:.0f} MB from folders of this machine" if seen.local >= 1 else ""
    print(f"  {named}: ready after {bar.seconds:.0f} s ({seen.fetched:.0f} MB fetched{near})", flush=True)
    return []


@dataclass
class Seen:
    """What pip's or uv's words tell of how far it is: packages found, MB fetched or taken from folders, then installed.

    `about` is how many are expected, `before` how many were installed already.
    """

    about: int
    before: int
    found: int = 0
    resolved: int = 0
    fetched: float = 0.0
    local: float = 0.0
    installing: bool = False

    def read(self, line: str) -> str:
        """Take in one line. Returns what is worth telling a person, mostly nothing."""
        if line.startswith(("Collecting ", "Processing ", " Downloaded ")):
            self.found += 1
        if match := _FETCHING.match(line):
            size = float(match["size"]) * _MB[match["unit"]]
            self.fetched += size
            return f"downloading {match['what'].split('-')[0]}, {size:.0f} MB" if size >= _LARGE else ""
        if (match := _LOCAL.match(line)) and Path(match["path"]).is_file():
            self.local += Path(match["path"]).stat().st_size / 1e6
        elif match := _RESOLVED.match(line):
            self.resolved = int(match["count"])
        elif line.startswith(("Installing collected packages", "Prepared ")):
            self.installing = True
            self.found = self.resolved or self.found
            return f"installing {self.found} packages"
        return ""

    def counted(self) -> tuple[int, int]:
        """Packages found of those that are expected, then packages installed of those found."""
        if self.installing:
            return min(_installed() - self.before, self.found), self.found
        return self.found, max(self.found, self.about)


def _installed() -> int:
    return sum(1 for _ in VENV.glob("lib/python*/site-packages/*.dist-info"))


def _run(command: list[str], what: str) -> None:
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        raise Failed(f"{what}: {(run.stderr or run.stdout).strip()}")


def _runs(python: Path) -> bool:
    return python.exists() and subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _up_to_date(part: str, wanted: str) -> bool:
    stamp = VENV / f"goodword-{part}.stamp"
    return stamp.is_file() and stamp.read_text() == wanted and _runs(PYTHON)


def _stamp(part: str, wanted: str) -> None:
    # Inside the environment: whoever removes it removes what we know of it.
    (VENV / f"goodword-{part}.stamp").write_text(wanted)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
