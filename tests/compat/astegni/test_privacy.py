"""Each privacy value, for a stranger, a contact and across a block in either direction, over this surface."""

from typing import Any

import pytest

from chat.services.people.blocks import block_add
from chat.services.people.presence import presence_beat
from tests.compat.astegni.conftest import Caller
from tests.compat.astegni.test_checklist import prefixed
from tests.services.people.worlds import connect, prefer

pytestmark = pytest.mark.django_db

VALUES = ["everyone", "connections", "none"]
RELATIONS = ["stranger", "contact", "blocked", "blocker"]


@pytest.fixture
def shape() -> str:
    return "user"


def relate(owner: Caller, other: Caller, relation: str) -> None:
    """Let ``other`` be to ``owner`` what ``relation`` says."""
    if relation != "stranger":
        connect(owner.user, other.user)
    if relation == "blocked":
        block_add(acting_user=owner.user, user_id=other.user.pk)
    if relation == "blocker":
        block_add(acting_user=other.user, user_id=owner.user.pk)


def allows(value: str, relation: str) -> bool:
    return relation in {"everyone": ("stranger", "contact"), "connections": ("contact",)}.get(value, ())


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("relation", RELATIONS)
def test_who_can_message(ada: Caller, ben: Caller, cleo: Caller, value: str, relation: str) -> None:
    there = ben.direct(ada)
    message = ada.send(there, "before")["id"]
    for other in (ben, cleo):
        relate(ada, other, relation)
    prefer(ada.user, who_can_message=value)
    blocked = relation in ("blocked", "blocker")

    assert ok(ben, "post", "messages", {"conversation_id": there, "content": "x"}) is allows(value, relation)
    assert ok(ben, "post", f"messages/{message}/forward", {"conversation_ids": [there]}) is True
    assert (len(ben.page(there)) > 1) is allows(value, relation), "what is refused is not there"
    assert ok(ben, "post", f"messages/{message}/reactions", {"reaction": "heart"}) is not blocked
    assert ok(cleo, "post", "conversations", cleo.people(ada)) is allows(value, relation)
    assert ben.page(there)[0]["content"] == "before", "what was written stays"


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("relation", RELATIONS)
def test_who_can_call_add_and_see(ada: Caller, ben: Caller, value: str, relation: str) -> None:
    there = ben.direct(ada)
    relate(ada, ben, relation)
    seen = "nobody" if value == "none" else value
    adds = {"allow_group_adds": value, "allow_channel_adds": value}
    prefer(ada.user, allow_calls_from=value, last_seen_visibility=seen, **adds)
    presence_beat(acting_user=ada.user)
    allowed = allows(value, relation)

    assert ok(ben, "post", "calls", {"conversation_id": there, "call_type": "voice"}) is allowed
    for kind in ("group", "channel"):
        started = ben.ok("post", "conversations", {"type": kind, "name": "x", **ben.people(ada)})
        assert (started["rejected_participants"] == []) is allowed
        again = ben.ok("post", f"conversations/{started['id']}/participants", ben.people(ada))
        assert len(again["rejected"]) == 2, "Ben is there, and Ada either is or will not be"
    status = ben.ok("get", f"users/{ada.key}/status")
    assert (status["last_seen"] is not None) is allowed
    assert status["online"] is (relation not in ("blocked", "blocker"))
    assert ok(ben, "post", "connection-requests", prefixed(ada, "recipient_")) is (
        relation not in ("blocked", "blocker")
    )


@pytest.mark.parametrize("shape", ["profile"])
def test_contact_of_tutor_5_is_no_contact_of_student_5(ada: Caller, ben: Caller, cleo: Caller) -> None:
    connect(cleo.user, ben.user)
    prefer(cleo.user, who_can_message="connections")

    assert ben.profile == ("tutor", 5)
    assert ok(ben, "post", "conversations", ben.people(cleo)) is True
    assert ada.profile == ("student", 5)
    assert ok(ada, "post", "conversations", ada.people(cleo)) is False


def ok(caller: Caller, method: str, address: str, body: Any) -> bool:
    """Return whether the request is allowed; else it is refused with a sentence that does not tell why."""
    response = caller.call(method, address, body)
    assert response.status_code in (200, 403), response.content
    if response.status_code == 403:
        assert response.json() == {"detail": "This person's settings do not allow this."}
    return bool(response.status_code == 200)
