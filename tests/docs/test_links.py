"""Every link between the pages leads somewhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
CODE = re.compile(r"```.*?```", re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def links(page: Path) -> Iterator[tuple[Path, str]]:
    for path, anchor in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8"))):
        yield (page.parent / path if path else page), anchor


def anchors(page: Path) -> set[str]:
    headings = HEADING.findall(CODE.sub("", page.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_of_page_lead_somewhere(page: Path) -> None:
    dead = [
        f"{target.name}#{anchor}"
        for target, anchor in links(page)
        if not target.exists() or (anchor and anchor not in anchors(target))
    ]

    assert dead == []


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, rest = set[Path](), [ROOT / "README.md"]
    while rest:
        page = rest.pop().resolve()
        if page.suffix == ".md" and page not in reached:
            reached.add(page)
            rest += [target for target, _ in links(page)]

    assert [page.name for page in PAGES if page not in reached] == []
