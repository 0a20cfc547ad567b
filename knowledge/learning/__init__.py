"""Learning to rank from the team's own past: what was answered with which entry."""

from knowledge.learning.learner import fit

__all__ = ["fit"]
