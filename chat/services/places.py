"""Places: what a message keeps of a location."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from chat.exceptions import InvalidInput
from chat.services.cleaning import clean_text

DECIMALS = 7
"""Of degrees that are kept: a centimetre."""
PLACE_NAME_MAX_LENGTH = 255


def location_clean(location: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a message keeps of a location: ``latitude`` and ``longitude`` in degrees, and maybe a ``name``.

    Raises InvalidInput naming ``location``.
    """
    name = clean_text(location.get("name") or "", field="location", max_length=PLACE_NAME_MAX_LENGTH, allow_blank=True)
    return {
        "latitude": degrees_clean(location["latitude"], at_most=90, field="location"),
        "longitude": degrees_clean(location["longitude"], at_most=180, field="location"),
        "name": name or None,
    }


def degrees_clean(value: object, *, at_most: int, field: str) -> float:
    """Return an angle, with so many decimals as make sense. Raises InvalidInput naming ``field``."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not -at_most <= value <= at_most:
        raise InvalidInput(_("These are not degrees on the globe."), code="invalid", field=field)
    return round(float(value), DECIMALS) + 0.0  # no negative zero
