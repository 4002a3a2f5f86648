"""Rows of an older chat, as a fold leaves them."""

from typing import Any
from uuid import UUID, uuid4

from chat.choices import NumberKind, Outcome
from chat.models import LegacyRow
from chat.models.legacy import SOURCE, TABLES


def folded(kind: NumberKind, old_id: int, new_id: UUID | None, **fields: Any) -> LegacyRow:
    """Note what became of an old row: kept as ``new_id``, unless ``fields`` say otherwise."""
    told: dict[str, Any] = {"source": SOURCE, "outcome": Outcome.KEPT, "database": "default"} | fields
    new = {"new_model": kind.title(), "new_id": str(new_id)} if new_id else {}
    told = new | told
    return LegacyRow.objects.create(table=TABLES[kind], old_id=str(old_id), run=uuid4(), fingerprint="x", **told)
