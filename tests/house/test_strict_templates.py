from pathlib import Path

import pytest
from django.template import Context, Engine
from django.template.base import Origin, Template

from tests.hosts.strict_templates import ROOT, MissingVariable

ENGINE = Engine(string_if_invalid=MissingVariable())


@pytest.mark.parametrize("folder", ["templates", "chat/templates/chat"])
def test_missing_variable_in_own_template_is_an_error(folder: str) -> None:
    with pytest.raises(AssertionError, match=r"missing in .*page\.html"):
        _render(ROOT / folder / "page.html", "{% if 1 %}{{ nobody }}{% endif %}")


def test_missing_variable_in_other_template_is_empty_or_its_default() -> None:
    page = _render(Path("/elsewhere/page.html"), '<{{ nobody }}|{{ nobody|default:"x" }}>')

    assert page == "<|x>"


def test_condition_on_missing_variable_is_allowed() -> None:
    assert _render(ROOT / "templates" / "page.html", "{% if nobody %}{% else %}ok{% endif %}") == "ok"


def _render(file: Path, source: str) -> str:
    return Template(source, Origin(str(file)), engine=ENGINE).render(Context())
