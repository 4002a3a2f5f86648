"""Write the parts of the documentation that the code knows best: ``make docs``.

A page has such a part between ``<!-- made: name -->`` and ``<!-- end -->``; what surrounds it is written by hand.
"""

import inspect
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatproject.settings")
django.setup()

from drf_spectacular.generators import SchemaGenerator  # noqa: E402 (Django is set up first)

from chat import checks as checks_module  # noqa: E402
from chat import events as events_module  # noqa: E402
from chat.adapter import ChatAdapter  # noqa: E402
from chat.api.throttling import RATES  # noqa: E402
from chat.compat.astegni.throttling import RATES as ASTEGNI_RATES  # noqa: E402
from chat.compat.hazo.throttling import RATES as HAZO_RATES  # noqa: E402
from chat.conf import chat_settings  # noqa: E402
from chat.legacy.meanings import FLAGS, REASONS  # noqa: E402
from chat.roles import MANAGEABLE, PERMISSIONS, Action, GroupType, Role  # noqa: E402

PAGES = Path(__file__).resolve().parents[1] / "docs"
PART = re.compile(r"(<!-- made: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def main() -> None:
    """Write every page anew."""
    for page in pages():
        text = page.read_text(encoding="utf-8")
        page.write_text(made(text), encoding="utf-8")


def pages() -> list[Path]:
    """Return every page of the documentation."""
    return sorted(PAGES.rglob("*.md"))


def made(text: str) -> str:
    """Return a page with its parts as the code has them now."""
    return PART.sub(lambda part: f"{part[1]}{PARTS[part[2]]()}\n{part[3]}", text)


def permissions() -> str:
    """Return who may do what."""
    pairs = [(kind, role) for kind in GroupType for role in Role if (kind, role) in PERMISSIONS]
    heads = [f"{kind.value}: {role.value}" for kind, role in pairs]
    rows = ([action.label, _code(action), *(_tick(action in PERMISSIONS[pair]) for pair in pairs)] for action in Action)
    return _table(["A member may …", "in `actions`", *heads], rows)


def manageable() -> str:
    """Return whom somebody may add, remove and give a role."""
    pairs = [(kind, role) for kind in GroupType for role in Role if (kind, role) in MANAGEABLE]
    rows = ([kind, role, ", ".join(other for other in Role if other in MANAGEABLE[kind, role])] for kind, role in pairs)
    return _table(["In", "who is", "may manage people who are, or are to be"], rows)


def settings() -> str:
    """Return every setting."""
    rows = (
        [_code(setting.name), setting.meaning, _default(setting.default), setting.expected]
        for setting in chat_settings.declared()
    )
    return _table(["Setting", "What it means", "Default", "Must be"], rows)


def throttles() -> str:
    """Return every scope with its rate."""
    rates: Mapping[str, str | None] = {**RATES, **HAZO_RATES, **ASTEGNI_RATES}
    return _table(["Scope", "Default"], ([_code(scope), _code(rate)] for scope, rate in rates.items()))


def checks() -> str:
    """Return every system check, from the list in their module."""
    listed = re.findall(r"^(chat\.[EW]\d{3}) (.+)$", checks_module.__doc__ or "", re.MULTILINE)
    return _table(["Check", "What it says"], ([_code(number), text.replace("``", "`")] for number, text in listed))


def events() -> str:
    """Return every event with what it carries."""
    named: list[type[events_module.Event]] = [
        kind
        for kind in vars(events_module).values()
        if isinstance(kind, type) and issubclass(kind, events_module.Event) and "name" in vars(kind)
    ]
    rows = (
        [_code(kind.name), _code(kind.__name__), _summary(kind), ", ".join(_code(each.name) for each in fields(kind))]
        for kind in named
    )
    return _table(["Name", "Class", "What happened", "Carries"], rows)


def hooks() -> str:
    """Return every hook of the adapter."""
    methods = {name: value for name, value in vars(ChatAdapter).items() if inspect.isfunction(value)}
    rows = ([_code(_call(name, method)), _summary(method)] for name, method in methods.items())
    return _table(["Hook", "What it does unless you override it"], rows)


def routes() -> str:
    """Return every address of the API, below the prefix that a host chooses."""
    paths: dict[str, dict[str, Any]] = SchemaGenerator().get_schema(public=True)["paths"]  # type: ignore[no-untyped-call]
    rows = (
        [method.upper(), _code(path.removeprefix("/api/chat/") or "/"), operation["summary"]]
        for path, operations in paths.items()
        if path.startswith("/api/chat/")
        for method, operation in operations.items()
    )
    return _table(["", "Address", "Does"], rows)


def fold_reasons() -> str:
    """Return why a row of an older chat was not kept."""
    return _table(["Reason", "What it means"], ([_code(word), text] for word, text in REASONS.items()))


def fold_flags() -> str:
    """Return what is to be known of a row that was folded."""
    return _table(["Flag", "What it means"], ([_code(word), text] for word, text in FLAGS.items()))


PARTS: dict[str, Callable[[], str]] = {
    part.__name__: part
    for part in (
        permissions,
        manageable,
        settings,
        throttles,
        checks,
        events,
        hooks,
        routes,
        fold_reasons,
        fold_flags,
    )
}


def _table(head: Iterable[object], rows: Iterable[Iterable[object]]) -> str:
    names = list(head)
    return "\n".join(_lines([names, ["---"] * len(names), *rows]))


def _lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    for row in rows:
        yield f"| {' | '.join(str(cell) for cell in row)} |"


def _code(text: object) -> str:
    return f"`{text}`"


def _tick(allowed: bool) -> str:
    return "✓" if allowed else ""


def _default(value: object) -> str:
    if isinstance(value, tuple):
        return "<br>".join(_code(each) for each in value)
    return _code(value)


def _summary(documented: object) -> str:
    return (inspect.getdoc(documented) or "").splitlines()[0].replace("``", "`")


def _call(name: str, method: Callable[..., object]) -> str:
    arguments = list(inspect.signature(method).parameters)[1:]
    return f"{name}({', '.join(arguments)})"


if __name__ == "__main__":
    main()
