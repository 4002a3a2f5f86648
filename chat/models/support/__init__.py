"""The support desk: what a request is beside a conversation, and what its staff work with."""
