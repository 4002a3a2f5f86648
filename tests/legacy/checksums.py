"""What stands in all the tables of the app, so that two states can be compared."""

from typing import Any

from django.apps import apps
from django.db.models import AutoField, Field

LEFT_OUT = {
    "ChatGroupUser": {"state_version"},
    "LegacyRow": {"run"},
    "MessageHidden": {"state_version"},
}
"""What differs from run to run; state versions count how often a person's own state was written."""
COUNTED = {
    "ChatGroup": {"version", "changed_at"},
    "LegacyRow": {"folded_version"},
    "ChatGroupUser": {"version", "floor_version", "state_version", "read_changed_at"},
}
"""What never goes back."""


def tables(*, without_counters: bool = False) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of every table, in an order of their own; keys that the database gives out are left out."""
    found = {}
    for model in apps.get_app_config("chat").get_models():
        left_out = LEFT_OUT.get(model.__name__, set())
        if without_counters:
            left_out = left_out | COUNTED.get(model.__name__, set())
        names = [field.attname for field in model._meta.concrete_fields if _is_told(field, left_out)]
        rows = [_plain(names, row) for row in model._base_manager.values_list(*names)]
        found[model.__name__] = sorted(rows, key=repr)
    return {name: rows for name, rows in found.items() if rows}


def _is_told(field: "Field[Any, Any]", left_out: set[str]) -> bool:
    return not isinstance(field, AutoField) and field.name not in left_out


def _plain(names: list[str], row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return a row without keys that the database gave out, and without the sum of versions of a membership."""
    values = dict(zip(names, row, strict=True))
    if "new_model" in values:
        if str(values["new_id"]).isdecimal():
            values["new_id"] = ""
        if values["new_model"] == "ChatGroupUser":
            values["folded_version"] = None
    return tuple(values.values())
