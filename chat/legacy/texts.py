"""What databases refuse, put right: NUL and lone surrogates in texts, numbers that are none in JSON."""

import math
import re
from typing import Any

_WRONG = re.compile("[\x00\ud800-\udfff]")
_REPLACEMENT = "\ufffd"


def is_clean(text: str) -> bool:
    """Return whether every database can keep the text."""
    return "\0" not in text if text.isascii() else _WRONG.search(text) is None


def cleaned(text: str) -> str:
    """Return the text with U+FFFD for each character that no database can keep."""
    return text if is_clean(text) else _WRONG.sub(_REPLACEMENT, text)


def json_cleaned(value: Any) -> Any:  # noqa: ANN401 (JSON is anything)
    """Return JSON with clean texts, and None for numbers that are none."""
    if value is None or isinstance(value, str):
        return value if value is None else cleaned(value)
    if isinstance(value, dict):
        return {cleaned(str(key)): json_cleaned(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [json_cleaned(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
