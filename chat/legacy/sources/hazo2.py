"""hazo2: the one table of hazo_chat 2.x, in which each row has a sender and a receiver."""

from collections.abc import Mapping

from chat.legacy.sources.pairs import PairsSource


class Hazo2Source(PairsSource):
    """hazo_chat 2.x. From 3.0 on the table has no receiver, and ``hazo3`` reads it."""

    name = "hazo2"

    def described(self) -> Mapping[str, str]:
        """Return the table of 2.x."""
        return {
            "table": "hazo_chat",
            "id": "id",
            "sender": "sender_user_id",
            "receiver": "receiver_user_id",
            "text": "message_text",
            "time": "created_at",
            "read": "read_at",
            "deleted": "deleted_at",
            "changed": "changed_at",
            "reference": "reference_id",
            "reference_type": "reference_type",
            "references": "reference_list",
        }
