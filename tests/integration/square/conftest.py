"""The same real network that the channel's tests use."""

from tests.integration.channels.conftest import channel, faults, network, person, town

__all__ = ["channel", "faults", "network", "person", "town"]
