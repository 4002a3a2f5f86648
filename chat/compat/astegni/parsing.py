"""Single values, in each of the forms in which the front ends write them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from chat.choices import NumberKind
from chat.exceptions import InvalidInput, NotFound
from chat.models import LegacyNumber

NUMBER_MAX = 2**63 - 1
_TRUE = ("true", "1", "yes", "on")
_FALSE = ("false", "0", "no", "off")

Fields = Mapping[str, Any]


def number_in(raw: object) -> int | None:
    """Return the whole number from 1 that ``raw`` is, as a number or in digits; None for anything else."""
    if isinstance(raw, str) and raw.isascii() and raw.isdigit() and len(raw) <= len(str(NUMBER_MAX)):
        raw = int(raw)
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 < raw <= NUMBER_MAX:
        return None
    return raw


def id_of(kind: NumberKind, raw: object) -> UUID:
    """Return which row a client means by its number. Raises NotFound; who may see the row is not looked at."""
    number = number_in(raw)
    new_id = None if number is None else LegacyNumber.objects.new_id_of(kind, number)
    if new_id is None:
        raise NotFound
    return new_id


def flag_in(raw: object, *, field: str) -> bool:
    """Return what ``raw`` says, as a boolean or in words. Raises InvalidInput."""
    word = str(raw).lower() if isinstance(raw, bool | int | str) else ""
    if word not in _TRUE + _FALSE:
        raise InvalidInput(_("%(field)s must be true or false.") % {"field": field}, field=field)
    return word in _TRUE


def size_in(raw: object, *, default: int, at_most: int, field: str, at_least: int = 1) -> int:
    """Return a limit or an offset, at most ``at_most``: clients ask for ten thousand. Raises InvalidInput."""
    if raw is None or raw == "":
        return default
    if at_least == 0 and raw in (0, "0"):
        return 0
    number = number_in(raw)
    if number is None:
        raise InvalidInput(_("%(field)s must be a whole number.") % {"field": field}, field=field)
    return min(number, at_most)


def text_in(fields: Fields, name: str, *, default: str = "") -> str:
    """Return a text, or the default where there is none. Raises InvalidInput."""
    value = fields.get(name)
    if value is None:
        return default
    if not isinstance(value, str):
        raise InvalidInput(_("%(field)s must be text.") % {"field": name}, field=name)
    return value


def required(fields: Fields, *names: str) -> Any:  # noqa: ANN401 (whatever the request says)
    """Return the first of these values that is there. Raises InvalidInput."""
    for name in names:
        if fields.get(name) not in (None, ""):
            return fields[name]
    raise InvalidInput(_("%(field)s is required.") % {"field": names[0]}, field=names[0])
