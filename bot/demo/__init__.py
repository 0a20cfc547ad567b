"""The main job on the sample company: a town square, a stand-in Slack and the service, on this machine alone."""

from bot.demo.run import demo

__all__ = ["demo"]
