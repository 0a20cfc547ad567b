"""A stand-in Slack workspace on loopback that an unmodified Bolt app talks to."""
