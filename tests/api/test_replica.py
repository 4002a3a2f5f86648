"""A host with a read replica: chat reads where it writes."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connections

from chat.compat.hazo.unread import unread_counts
from chat.services.departures import departed_clean_up
from chat.services.tombstones import tombstones_purge
from tests.api.conftest import Call
from tests.services.worlds import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.core]


class ReplicaRouter:
    """Sends every read of chat to a replica that has nothing yet."""

    def db_for_read(self, model: Any, **_hints: Any) -> str | None:
        return "replica" if model._meta.app_label == "chat" else None

    def db_for_write(self, _model: Any, **_hints: Any) -> str:
        return "default"


@pytest.fixture
def _replica(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    nothing = {**connections.databases["default"], "NAME": ":memory:", "ATOMIC_REQUESTS": False}
    monkeypatch.setitem(connections.databases, "replica", nothing)
    settings.DATABASE_ROUTERS = [f"{__name__}.{ReplicaRouter.__qualname__}"]
    yield
    connections["replica"].close()
    del connections["replica"]


@pytest.mark.usefixtures("_replica")
def test_every_route_works_while_a_replica_lags(api: Call, settings: Any) -> None:
    settings.CHAT = {"UNDO_WINDOW": 0}
    owner, ben = make_person(), make_person()
    caller, reader = api(owner), api(ben)
    reader.checked = False

    group = caller.ok("post", "groups/", {"group_type": "group", "member_ids": [str(ben.pk)]})
    path = f"groups/{group['id']}/"
    caller.ok("post", "groups/", {"group_type": "peer", "member_ids": [str(ben.pk)]})
    sent = {"message_text": "hello", "client_id": str(uuid4())}
    message = caller.ok("post", f"{path}messages/", sent)
    assert caller.ok("post", f"{path}messages/", sent) == message
    assert unread_counts(ben) == [{"chat_group_id": group["id"], "count": 1}]
    assert reader.ok("get", "unread/")["total"] == 1
    assert reader.ok("get", f"{path}changes/?since={group['version']}&state_since=0")["messages"] == [
        message | {"client_id": None}
    ]
    assert reader.ok("get", f"/api/hazo_chat/messages?chat_group_id={group['id']}")["messages"]
    assert reader.ok("patch", f"/api/hazo_chat/messages/{message['id']}/read")["message"]["read_at"]
    assert reader.ok("get", f"{path}messages/")["messages"]
    assert len(reader.ok("get", "groups/")["results"]) == len(reader.ok("get", "groups/?unread=false")["results"]) == 2
    assert reader.ok("post", "sync/", {"groups": {group["id"]: [0, 0]}})["gained"]
    caller.ok("patch", path, {"name": "Boats"})
    caller.ok("delete", f"messages/{message['id']}/")
    assert list(tombstones_purge()) == [1]
    assert list(departed_clean_up()) == []
    assert caller.ok("post", f"{path}members/", {"user_id": str(ben.pk), "role": "member"})["read_seq"] == 1
    caller.ok("post", f"{path}leave/")
    assert reader.ok("get", path)["my_role"] == "owner"
