"""Ids that the fold makes: the same for the same old row, whenever and wherever it runs."""

from hashlib import blake2b
from uuid import UUID

_MAX_MS = (1 << 48) - 1


class Ids:
    """Makes UUIDs in the layout of version 7: the old row's time, then a hash of where it was."""

    def __init__(self, source: str, database: str) -> None:
        self._begun = blake2b(digest_size=10)
        self._begun.update(f"{source}\x1f{database}".encode())

    def of(self, table: str, old_id: str, time: int) -> str:
        """Return the id of what an old row becomes. ``time`` is in microseconds since 1970."""
        hashed = self._begun.copy()
        hashed.update(f"\x1f{table}\x1f{old_id}".encode(errors="surrogatepass"))
        rest = hashed.hexdigest()
        ms = min(max(time // 1000, 0), _MAX_MS)
        text = f"{ms:012x}"
        variant = "89ab"[int(rest[3], 16) & 3]
        return f"{text[:8]}-{text[8:]}-7{rest[:3]}-{variant}{rest[4:7]}-{rest[7:19]}"

    def uuid_of(self, table: str, old_id: str, time: int) -> UUID:
        """Return what ``of`` does, as a UUID."""
        return UUID(self.of(table, old_id, time))
