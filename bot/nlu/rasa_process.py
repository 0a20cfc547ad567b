"""What every Rasa process of ours is started with, whether it trains or serves."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.nlu.environment import LOCK

#: The code that Rasa imports, in a folder of its own: our other packages are for another Python.
RASA_SIDE = Path(__file__).parent / "rasa_side"

#: All that Rasa gets of our environment: no token of a workspace or a channel is among it.
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR")


def code_version() -> str:
    """16 hex digits that change with the code Rasa imports and the packages it runs on."""
    digest = hashlib.sha256(LOCK.read_bytes())
    for path in sorted(RASA_SIDE.rglob("*.py")):
        digest.update(f"{path.name}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def variables(home: Path, embedding_path: Path) -> dict[str, str]:
    """The environment of a Rasa process: our featurizer's model, a private HOME in `home`/rasa, telemetry off."""
    private = home.absolute() / "rasa" / "home"
    private.mkdir(parents=True, exist_ok=True)
    return {
        **{name: os.environ[name] for name in _PASSED_ON if name in os.environ},
        "HOME": str(private),
        "PYTHONPATH": str(RASA_SIDE),
        "PYTHONWARNINGS": "ignore",
        "PYTHONUNBUFFERED": "1",
        "GOODWORD_EMBEDDING_PATH": str(embedding_path.absolute()),
        "RASA_TELEMETRY_ENABLED": "false",
        "RASA_MAX_CACHE_SIZE": "0",  # a cache would not notice a change in our featurizer
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "2",
        # One thread each: several processes share the machine, and two threads on a busy one are slower than one.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


async def run(command: Sequence[str], place: Path, environ: Mapping[str, str]) -> tuple[int, str]:
    """Run a Rasa command to its end: its exit status and the last lines it said. Cancelled, it leaves nothing running.

    Raises:
        OSError: it could not be started.
    """
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=place,
        env=environ,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode or 0, "\n  ".join(output.decode(errors="replace").strip().splitlines()[-12:])
