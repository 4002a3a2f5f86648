"""The tables in the pages are those that the code makes."""

from pathlib import Path

import pytest

from tools import docs


@pytest.mark.parametrize("page", docs.pages(), ids=lambda page: page.name)
def test_page_is_what_the_code_makes(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    assert docs.made(text) == text, f"{page.name} is not what the code says: run make docs, read the difference."


def test_every_part_stands_on_one_page() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in docs.pages())

    assert sorted(name for _, name, _ in docs.PART.findall(text)) == sorted(docs.PARTS)


def test_what_was_written_into_a_part_by_hand_is_replaced() -> None:
    page = "before\n<!-- made: manageable -->\nanybody\n<!-- end -->\nafter"

    assert docs.made(page) == f"before\n<!-- made: manageable -->\n{docs.manageable()}\n<!-- end -->\nafter"
    assert "| group | admin | member |" in docs.manageable()
