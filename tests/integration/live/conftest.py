"""The social network that the live check is tested on."""

from __future__ import annotations

from tests.integration.channels.conftest import network  # noqa: F401 (a fixture)
