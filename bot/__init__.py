"""The service: channels in, Slack review, channels out, and the journey that ties them together."""
