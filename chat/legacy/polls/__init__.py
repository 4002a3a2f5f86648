"""Polls: on the message that shows them, else in the timeline by themselves."""
