"""Chat for Django projects: support, peer and group conversations keyed by user."""

__version__ = "0.1.0"
