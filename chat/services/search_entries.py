"""Writing what search reads, after the messages: sending pays nothing for it."""

from collections.abc import Iterator

from chat.models import SearchProgress
from chat.models.search_progress import BATCH

GROUPS_AT_ONCE = 100


def search_entries_fill(*, batch_size: int = BATCH) -> Iterator[int]:
    """Write the search entries that are not there yet, of all groups. On PostgreSQL alone: others have none.

    Yields how many messages each batch had; every batch is a transaction of its own, so that it can be stopped at any
    time. Who may: the site's operator (management command). Locks the progress of some groups at a time.
    """
    behind = list(SearchProgress.objects.behind().values_list("group", flat=True).order_by("group"))
    for start in range(0, len(behind), GROUPS_AT_ONCE):
        yield from SearchProgress.objects.fill(behind[start : start + GROUPS_AT_ONCE], batch_size=batch_size)
