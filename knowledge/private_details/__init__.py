"""What in a text points at one person or account: where it stands and of what kind it is."""

from knowledge.private_details.details import Detail, Kind
from knowledge.private_details.finding import find

__all__ = ["Detail", "Kind", "find"]
