"""Ahead: the old messages of the next batch are read while this batch is written."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import NamedTuple, Self

from django.db import connections

from chat.legacy.rows import OldMessage, OldPin, OldReaction, OldReceipt
from chat.legacy.source import Source


class Read(NamedTuple):
    """Old messages, with what hangs on them."""

    messages: list[OldMessage]
    reactions: list[OldReaction]
    receipts: list[OldReceipt]
    pins: list[OldPin]


class Ahead:
    """Reads the messages of a source. Use it as a context: it ends with its thread.

    The thread has a connection of its own, which waits for nobody who writes, and sees nothing of an open transaction:
    within one, and where reading and writing exclude each other, all is read when it is asked for.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        connection = source.connection
        can_be_read = connection.features.has_select_for_update and not connection.in_atomic_block
        self._thread = ThreadPoolExecutor(1, "chat-fold") if can_be_read else None
        self._begun: tuple[Sequence[str], Future[Read]] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._thread is not None:
            self._thread.submit(connections.close_all)  # those of the thread
            self._thread.shutdown()

    def begin(self, ids: Sequence[str]) -> None:
        """Have the messages with these ids read. Python does that while it waits for the database to write."""
        if self._thread is not None:
            self._begun = ids, self._thread.submit(self._read, ids)

    def read(self, ids: Sequence[str]) -> Read:
        """Return the messages with these ids, the sooner if they were the last to be begun."""
        if self._begun is not None and self._begun[0] == ids:
            return self._begun[1].result()
        return self._read(ids)

    def _read(self, ids: Sequence[str]) -> Read:
        source = self._source
        if not ids:
            return Read([], [], [], [])
        return Read(
            messages=list(source.messages(ids)),
            reactions=list(source.reactions(ids)),
            receipts=list(source.receipts(ids)),
            pins=list(source.pins(ids)),
        )
