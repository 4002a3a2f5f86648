"""No GET address of the Astegni surface tells an outsider a secret, though every number there can be guessed."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from chat.api.throttling import RATES
from chat.choices import NumberKind
from chat.compat.astegni.throttling import RATES as ASTEGNI_RATES
from chat.conf import ASTEGNI_PROFILES
from chat.models import ChatGroup, ChatMessage, LegacyNumber
from chat.services.numbers import numbers_give
from chatproject.models import StudentProfile
from tests.api.conftest import Call
from tests.leaks.planting import OUTSIDERS, Planted, Planter

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PREFIX = "/api/astegni/"
OF_A_CONVERSATION = ("", "/messages?limit=100", "/read-status", "/typing", "/typing-allowed")


@pytest.fixture
def planted(api: Call, settings: Any) -> Planted:
    settings.CHAT = {
        "THROTTLE_RATES": dict.fromkeys([*RATES, *ASTEGNI_RATES]),
        "PROFILES": ASTEGNI_PROFILES,
    }
    found = Planter(api).plant()
    messages = ChatMessage.objects.order_by("created_at")
    numbers_give(
        {
            NumberKind.CONVERSATION: list(ChatGroup.objects.values_list("pk", flat=True)),
            NumberKind.MESSAGE: list(messages.values_list("pk", flat=True)),
            NumberKind.POLL: list(messages.filter(message_type="poll").values_list("pk", flat=True)),
        }
    )
    for person in found.people.values():
        if person is not None:
            StudentProfile.objects.create(user=person)
    return found


def numbers(kind: NumberKind) -> list[int]:
    return list(LegacyNumber.objects.filter(kind=kind).order_by("number").values_list("number", flat=True))


def _walk(planted: Planted) -> Iterator[str]:
    yield from ("calls", "call-logs", "contacts", "blocked", "settings", "connection-requests")
    yield from (f"conversations?filter_type={kind}" for kind in ("all", "groups", "unread", "archived"))
    for conversation in numbers(NumberKind.CONVERSATION):
        yield from (f"conversations/{conversation}{part}" for part in OF_A_CONVERSATION)
        yield from (f"messages/{conversation}", f"polls/conversation/{conversation}", f"call-logs/{conversation}")
        for message in numbers(NumberKind.MESSAGE)[::5]:
            yield from (f"messages/{conversation}?{urlencode({side: message})}" for side in ("before_id", "after"))
    yield from (f"polls/{poll}" for poll in numbers(NumberKind.POLL))
    yield from (f"files/{file_id}" for file_id in planted.ids["file_id"])
    yield from (f"users/{user_id}/status" for user_id in planted.ids["user_id"])
    words = [*planted.secrets.values(), *planted.drafts.values()]
    yield from (f"search?{urlencode({'q': word})}" for word in words)


def _told(api: Call, user: Any, planted: Planted) -> str:
    """Return everything that the walk tells somebody, asked as a user and as a profile."""
    caller, told = api(user), []
    caller.checked = False
    profile = StudentProfile.objects.filter(user=user).first() if user is not None else None
    own = {} if profile is None else {"profile_id": profile.pk, "profile_type": "student"}
    for place, address in enumerate(_walk(planted)):
        as_profile = own if place % 2 else {}
        response = caller.get(f"{PREFIX}{address}{'&' if '?' in address else '?'}{urlencode(as_profile)}")
        assert response.status_code < 500, address
        body = b"".join(response.streaming_content) if response.streaming else response.content
        told.append(f"{response.headers} {body.decode(errors='replace')}")
    return "\n".join(told)


def _known(told: str, words: dict[str, str]) -> set[str]:
    return {kind for kind, word in words.items() if word in told}


def test_no_address_tells_an_outsider_a_secret(planted: Planted, api: Call) -> None:
    told = {who: _told(api, planted.people[who], planted) for who in OUTSIDERS}

    secrets = planted.secrets | planted.drafts | {"source": planted.source}
    assert {who: _known(all_of_it, secrets) for who, all_of_it in told.items()} == {who: set() for who in OUTSIDERS}


def test_walk_finds_what_members_may_know(planted: Planted, api: Call) -> None:
    """Or the walk would prove nothing; a reference that stands beside words has no place on this surface."""
    told = _told(api, planted.people["author"], planted)

    shown = planted.secrets.keys() - {"deleted", "before_edit"}
    assert _known(told, planted.secrets) >= shown - {"reference"}
    assert _known(told, planted.drafts) == set(), "which this surface does not know"
