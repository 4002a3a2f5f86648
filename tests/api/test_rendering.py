"""How answers become bytes, which of the ways a request gets, and that nothing is left of them."""

import gc
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from weakref import ref

import pytest
from django.core.handlers.base import BaseHandler
from django.test import RequestFactory
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy
from rest_framework.renderers import JSONRenderer
from rest_framework_simplejwt.tokens import AccessToken

from chat.api import renderers
from chat.api.renderers import WireJSONRenderer
from chat.roles import ScanState
from tests.api.conftest import Call
from tests.services.worlds import make_person

VALUES: list[Any] = [
    None,
    {"text": "ሰላም 👍 \u2028 \u2029 \x00 \x7f </script> \"'\\ é", "flag": True, "none": None, "empty": []},
    [1, -5, 2**63, 2**80, 1.5, 0.000123, -0.0, (1, 2), ScanState.CLEAN, mark_safe("<b>")],
    {"id": UUID(int=7), "lazy": gettext_lazy("Message"), "decimal": Decimal("1.20"), 7: "number", "deep": [[{}]]},
    {"at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "on": date(2026, 1, 2), "took": timedelta(seconds=1)},
]


@pytest.fixture(params=[renderers._by_python, renderers._by_orjson], ids=["python", "orjson"])
def either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Render with the extra ``fast``, and without."""
    monkeypatch.setattr(renderers, "_encode", request.param)


@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("media_type", ["application/json", "application/json; indent=2", "text/html", None])
def test_bytes_are_those_of_rest_framework(value: Any, media_type: str | None) -> None:
    for context in (None, {}, {"indent": 4}):
        expected = JSONRenderer().render(value, media_type, context)
        assert WireJSONRenderer().render(value, media_type, context) == expected


@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize("value", [object(), "\ud800", {"deep": [{1, 2}, complex(1)]}])
def test_what_is_no_json_is_refused(value: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        WireJSONRenderer().render({"value": value}, "application/json")


@pytest.mark.parametrize(
    ("accept", "query", "media_type"),
    [
        ("application/json", "", "application/json"),
        ("*/*", "", "application/json"),
        ("text/html", "", "text/html; charset=utf-8"),
        ("*/*", "?format=api", "text/html; charset=utf-8"),
        ("*/*", "?%66ormat=api", "text/html; charset=utf-8"),
        ("text/html, application/json;q=0.5", "?format=json", "application/json"),
        ("application/json; indent=2, */*", "", "application/json"),
        ("image/png, */*;q=0.1", "", "application/json"),
    ],
)
def test_client_gets_what_it_asks_for(accept: str, query: str, media_type: str, api: Call) -> None:
    caller = api(make_person())
    caller.checked = False
    assert caller.get(f"unread/{query}", headers={"accept": accept})["Content-Type"] == media_type


def test_client_that_accepts_nothing_that_there_is_is_refused(api: Call) -> None:
    caller = api(make_person())
    caller.checked = False
    assert caller.get("unread/", headers={"accept": "image/png"}).status_code == 406


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Leave what holds itself where it is."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.core
@pytest.mark.django_db
@pytest.mark.usefixtures("no_collector")
def test_answer_is_gone_once_it_is_sent() -> None:
    token = AccessToken.for_user(make_person())
    host = BaseHandler()
    host.load_middleware()
    request = RequestFactory().get("/api/chat/groups/", headers={"Authorization": f"Bearer {token}"})
    answer = host.get_response(request)
    assert answer.status_code == 200
    left = ref(answer)
    answer.close()
    del answer
    assert left() is None
