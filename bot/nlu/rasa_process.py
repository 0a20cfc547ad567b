"""What every Rasa process of ours is started with, whether it trains or serves."""

from __future__ import annotations

import os
from pathlib import Path

#: The code that Rasa imports, in a folder of its own: our other packages are for another Python.
RASA_SIDE = Path(__file__).parent / "rasa_side"

#: All that Rasa gets of our environment: no token of a workspace or a channel is among it.
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR")


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
