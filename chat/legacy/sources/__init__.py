"""The older chats that the fold knows, each written against ``chat.legacy.source.Source``."""
