"""Judging retrieval and confidence on a team's own data: the judgements, the systems, the measures."""
