"""References of old messages, as they may be kept: nothing is fetched, and no address may do harm where it is shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any
from urllib.parse import urlsplit

from chat.roles import ReferenceItemType, ReferenceType

Item = dict[str, Any]

UNSAFE = "reference_unsafe"
"""Flag: an item is without its address, or left out."""
CUT = "reference_cut"
"""Flag: what a message is about was named by more text than there is room for."""
ID_MAX, TYPE_MAX = 255, 100
_LENGTHS = {"id": 255, "scope": 100, "name": 255, "mime_type": 127}


@dataclass(frozen=True, slots=True)
class Reference:
    """What a message is about, and what it points to. ``legacy`` is what there was no room for."""

    id: str
    type: str
    items: list[Item] | None
    flags: list[str]
    legacy: Mapping[str, Any] = field(default_factory=dict)


def reference_of(reference_id: str | None, reference_type: str | None, raw_items: object) -> Reference:
    """Return the references of an old message, as they may be kept."""
    old = {"reference_id": reference_id or "", "reference_type": reference_type or str(ReferenceType.CHAT)}
    kept = {"reference_id": old["reference_id"][:ID_MAX], "reference_type": old["reference_type"][:TYPE_MAX]}
    cut = {name: text for name, text in old.items() if text != kept[name]}
    items, flags = items_kept(raw_items)
    return Reference(kept["reference_id"], kept["reference_type"], items, [*flags, *([CUT] if cut else ())], cut)


def items_kept(raw: object) -> tuple[list[Item] | None, list[str]]:
    """Return the items of an old ``reference_list`` in the shape of new ones, and the flags that this calls for.

    What is no list of objects is left out. An address is kept where it leads to a website or, as a path, to this one.
    """
    if raw is None or raw == []:
        return None, []
    if not isinstance(raw, list):
        return None, [UNSAFE]
    old = [item for item in raw if isinstance(item, dict)]
    kept = [_item_kept(item) for item in old]
    lost = len(old) < len(raw) or any(new["url"] != (was.get("url") or "") for new, was in zip(kept, old, strict=True))
    return kept or None, [UNSAFE] if lost else []


def address_kept(raw: object) -> str:
    """Return an address that leads to a website, or to this one by its path; empty for any other."""
    url = raw.strip() if isinstance(raw, str) else ""
    if not url.isprintable() or " " in url or "\\" in url:
        return ""
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    is_path = not parts.scheme and not parts.netloc and url.startswith("/") and not url.startswith("//")
    return url if is_web or is_path else ""


def _item_kept(item: Item) -> Item:
    kind = item.get("type")
    url = address_kept(item.get("url"))
    kept = {name: _text(item.get(name))[:length] for name, length in _LENGTHS.items()}
    if kind not in ReferenceItemType.values:
        kind = ReferenceItemType.URL if url else ReferenceItemType.FIELD
    kept |= {"id": kept["id"] or _id_of(kept["name"], url), "type": str(kind), "scope": kept["scope"] or "chat"}
    mime_type = kept.pop("mime_type")
    return kept | {"url": url} | ({"mime_type": mime_type} if mime_type else {})


def _text(value: object) -> str:
    text = str(value) if isinstance(value, str | int | float) else ""
    return text.replace("\x00", "").encode(errors="ignore").decode()


def _id_of(name: str, url: str) -> str:
    """Return an id for an item that has none; the same in every run."""
    return blake2b(f"{name}\x1f{url}".encode(), digest_size=16).hexdigest()
