"""Field types that every model of the app shares."""

import uuid
from typing import Any

import uuid_utils.compat
from django.db import models


def uuid7() -> uuid.UUID:
    """Return a new UUIDv7 (RFC 9562): unique, and near its neighbours in an index."""
    return uuid_utils.compat.uuid7()


class UserKey(models.ForeignKey):  # type: ignore[type-arg]
    """A reference to the host's user that outlives the user.

    Deleting a user leaves the id where it stands: no constraint, no cascade, no rewriting of histories. Reads join it
    outer, and a missing user is shown as a deleted account. Indexes are named where a query needs one.
    """

    def __init__(self, to: str, **kwargs: Any) -> None:
        kwargs.setdefault("on_delete", models.DO_NOTHING)
        kwargs.setdefault("db_constraint", False)
        kwargs.setdefault("db_index", False)
        super().__init__(to, **kwargs)
