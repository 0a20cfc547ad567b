"""Learning to rank from the team's own past: what was answered with which entry."""

from knowledge.learning.encoder_trial import EncoderTrial
from knowledge.learning.learner import fit
from knowledge.learning.trial import Trial, learn

__all__ = ["EncoderTrial", "Trial", "fit", "learn"]
