"""Readers: from files to entries. Bad input is reported with file and line and never stops the rest."""

from knowledge.reading.files import Read, read

__all__ = ["Read", "read"]
