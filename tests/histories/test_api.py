"""The same histories over the API: what it answers keeps a client in step as well."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import settings
from rest_framework.test import APIClient

from chat.api.throttling import RATES
from chat.conf import chat_settings
from tests.histories.client import PLENTY, Client, Gone
from tests.histories.test_histories import Histories

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NOT_VERSIONED = ("read_seq",)
"""Other people's positions: they travel as live events, and are read again with the group."""


class ApiClient(Client):
    """A device that speaks HTTP, and keeps what it is sent as it is sent."""

    def __init__(self, group_id: UUID, user: Any) -> None:
        super().__init__(group_id, user)
        self.http = APIClient()
        self.http.force_authenticate(user)

    def load(self) -> None:
        group = self._get("")
        self.members = {member["user_id"]: _versioned(member) for member in group.pop("members")}
        self.known = (group["version"], group["state_version"])
        del group["owner_profile"]  # follows from the members
        self.group, self.state = group, group.pop("state")
        self.messages = {}
        before, more = group["last_seq"] + 1, True
        while more:
            page = self._get(f"messages/?before={before}&limit=7")
            self.messages |= {message["id"]: message for message in page["messages"]}
            before, more = min((row["seq"] for row in page["messages"]), default=0), page["has_older"]

    def poll(self, *, limit: int = PLENTY, pages: int = PLENTY) -> None:
        limit = min(limit, chat_settings.PAGE_SIZE_MAX)
        for _ in range(pages):
            since, state_since = self.known
            changes = self._get(f"changes/?since={since}&state_since={state_since}&limit={limit}")
            if changes["reset"]:
                self.resets += 1
                self.load()
                return
            self.apply({message["id"]: message for message in changes["messages"]}, changes["hidden"])
            self.members |= {member["user_id"]: _versioned(member) for member in changes["members"]}
            self.members = {key: member for key, member in self.members.items() if member["left_at"] is None}
            if changes["group"] is not None:
                self.group, self.state = changes["group"], changes["group"].pop("state")
            first = self.state["visible_from_seq"]
            assert all(message["seq"] >= first for message in changes["messages"])
            self.drop_below(first)
            self.known = (changes["version"], changes["state_version"])
            if not changes["has_more"]:
                return

    def _get(self, path: str) -> Any:
        response = self.http.get(f"/api/chat/groups/{self.group_id}/{path}")
        if response.status_code == 404:
            raise Gone
        assert response.status_code == 200, response.content
        return response.json()


class ApiHistories(Histories):
    client_class = ApiClient


def _versioned(member: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in member.items() if name not in NOT_VERSIONED}


@pytest.mark.parametrize("seed", range(settings.default.max_examples // 24))
def test_api_keeps_every_device_in_step(seed: int, settings: Any) -> None:
    settings.CHAT = {"THROTTLE_RATES": dict.fromkeys(RATES)}
    ApiHistories.run_long(seed, rounds=8)
