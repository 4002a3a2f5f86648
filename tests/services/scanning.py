"""A host whose scanner takes its time."""

from typing import Any

from chat.adapter import ChatAdapter


class Slow(ChatAdapter):
    def scan_file(self, file: Any) -> str:  # noqa: ARG002
        return "pending"
