"""Every word that the fold says of a row is explained."""

import ast
from collections.abc import Iterator
from pathlib import Path

from chat.legacy import words
from chat.legacy.meanings import FLAGS, REASONS
from chat.legacy.references import CUT, UNSAFE

LEGACY = Path(words.__file__).parent


def literals(name: str) -> Iterator[str]:
    """Yield the texts that are written out where a source says ``name`` of a row."""
    for file in (LEGACY / "sources").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == name:
                yield from constants(node.value)
            elif isinstance(node, ast.FunctionDef) and node.name.endswith(f"_{name}"):
                for inner in ast.walk(node):
                    if isinstance(inner, ast.List):
                        yield from constants(inner)


def constants(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and each.value:
            yield each.value


def test_every_reason_has_its_sentence() -> None:
    assert set(words.Reason) <= set(REASONS)


def test_every_flag_has_its_sentence() -> None:
    said = {*words.Flag, words.UNREAD_COLLAPSED, CUT, UNSAFE, *literals("flags")}

    assert said <= set(FLAGS), said - set(FLAGS)


def test_sentences_are_whole() -> None:
    for word, sentence in {**REASONS, **FLAGS}.items():
        assert sentence[0].isupper(), word
        assert sentence.endswith("."), word
