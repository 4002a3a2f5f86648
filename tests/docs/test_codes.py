"""The tables of error codes name every code that the source can raise, and no other."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from chat import exceptions
from chat.api.errors import STATUS
from chat.compat.hazo import errors as hazo_errors

ROOT = Path(__file__).resolve().parents[2]
CHAT = ROOT / "chat"
HAZO = CHAT / "compat" / "hazo"
ROW = re.compile(r"^\| `(\w+)` \| ([\d, ]+) \|", re.MULTILINE)
BAD_REQUEST = 400


def documented(page: str) -> set[tuple[str, int]]:
    rows = ROW.findall((ROOT / "docs" / page).read_text(encoding="utf-8"))
    return {(code, int(status)) for code, statuses in rows for status in statuses.split(",")}


def calls(folder: Path, *, without: Path | None = None) -> Iterator[tuple[str, ast.Call]]:
    for file in folder.rglob("*.py"):
        if without is None or without not in file.parents:
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    yield ast.unparse(node.func).rpartition(".")[2], node


def text_of(node: ast.expr) -> str:
    assert isinstance(node, ast.Constant), f"line {node.lineno}: a code is written out where it is raised"
    return str(node.value)


def codes_of_services() -> Iterator[tuple[str, int]]:
    kinds = {kind.__name__: (kind, status) for kind, status in STATUS.items()}
    yield from ((kind.code, status) for kind, status in kinds.values())
    for name, call in calls(CHAT, without=HAZO):
        if name in kinds:
            given = [keyword.value for keyword in call.keywords if keyword.arg == "code"]
            yield from ((text_of(code), kinds[name][1]) for code in given)


def codes_of_requests() -> Iterator[tuple[str, int]]:
    """Yield the codes that stand in ``errors``."""
    for name, call in calls(CHAT / "api"):
        if name == "ValidationError":
            for keyword in call.keywords:
                if keyword.arg == "code" and isinstance(keyword.value, ast.Constant):
                    yield text_of(keyword.value), BAD_REQUEST
        elif name == "ErrorDetail":
            yield text_of(call.args[1]), BAD_REQUEST


def codes_of_hazo() -> Iterator[tuple[str, int]]:
    for name, call in calls(HAZO):
        if name == "bad_request" and isinstance(call.args[0], ast.Constant):
            yield text_of(call.args[0]), BAD_REQUEST
        elif name == "HazoError" and isinstance(call.args[1], ast.Constant):
            yield text_of(call.args[1]), int(ast.unparse(call.args[0]))
    for status, code, _ in hazo_errors._TABLE.values():
        if code:
            yield code, status
    yield from ((code, BAD_REQUEST) for code in hazo_errors._INPUT_CODES.values())


def test_api_page_names_every_code_of_the_native_api() -> None:
    raised = {*codes_of_services(), *codes_of_requests(), ("too_large", 413)}

    assert documented("api.md") == raised


def test_hazo_page_names_every_code_of_the_compatible_surface() -> None:
    assert documented("hazo.md") >= set(codes_of_hazo())


@pytest.mark.parametrize("kind", exceptions.ChatError.__subclasses__())
def test_every_error_has_a_status(kind: type[exceptions.ChatError]) -> None:
    assert kind in STATUS
