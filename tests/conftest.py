"""For every test: nothing leaves this machine, and libraries neither phone home nor fight over two cores."""

from __future__ import annotations

import os

from hypothesis import settings

# Before anything imports the libraries that read them.
os.environ.update(
    HF_HUB_OFFLINE="1",
    OMP_NUM_THREADS="1",
    RASA_TELEMETRY_ENABLED="false",
    TOKENIZERS_PARALLELISM="false",
    NO_PROXY="127.0.0.1,localhost",
    no_proxy="127.0.0.1,localhost",
)

# A busy machine is no bug; a hanging test has a timeout. Where a change is judged, the same code gets the same verdict.
settings.register_profile("goodword", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("goodword")
