"""For every test: nothing leaves this machine, and libraries neither phone home nor fight over two cores."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

#: Files that take longest, on their own, the longest first: begun last, one of them would run alone at the end.
SLOWEST = (
    "integration/service/test_killed.py",
    "e2e/test_the_whole_way.py",
    "integration/rehearsal/test_rehearsal.py",
    "integration/service/test_absent_parts.py",
    "integration/nlu/test_server.py",
    "integration/journey/test_dead_workers.py",
    "integration/service/test_database.py",
    "integration/service/test_load.py",
    "integration/nlu/test_judging.py",
)

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


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where several processes share the work: the slowest files first, the unit tests last."""
    if not hasattr(config, "workerinput"):
        return
    first = {config.rootpath / "tests" / name: place for place, name in enumerate(SLOWEST)}
    unit = config.rootpath / "tests" / "unit"
    items.sort(key=lambda item: first.get(item.path, len(first) + item.path.is_relative_to(unit)))
