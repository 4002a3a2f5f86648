"""People with profiles, and clients that speak as Astegni's two front ends do."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.test import Client
from rest_framework_simplejwt.tokens import AccessToken

from chat.conf import ASTEGNI_PROFILES
from chatproject.models import AdvertiserProfile, ParentProfile, StudentProfile, TutorProfile

PREFIX = "/api/chat/"
MODELS = {
    "student": StudentProfile,
    "tutor": TutorProfile,
    "parent": ParentProfile,
    "advertiser": AdvertiserProfile,
}


@pytest.fixture(autouse=True)
def _astegni(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.compat.astegni.urls"
    settings.CHAT = {"PROFILES": ASTEGNI_PROFILES, "SYSTEM_MESSAGES": False}
    cache.clear()


@dataclass
class Caller:
    """A signed-in person, in a front end that knows people by users, or by profiles."""

    user: Any
    profile: tuple[str, int] | None = None
    client: Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = Client(headers={"Authorization": f"Bearer {AccessToken.for_user(self.user)}"})

    @property
    def key(self) -> int | str:
        """The key of the user as JSON has it."""
        return self.user.pk if isinstance(self.user.pk, int) else str(self.user.pk)

    @property
    def own(self) -> dict[str, Any]:
        """What the front end says of its user in each request."""
        if self.profile is None:
            return {"user_id": self.key}
        kind, number = self.profile
        return {"profile_id": number, "profile_type": kind, "user_id": self.key}

    @property
    def named(self) -> dict[str, Any] | int | str:
        """How others name this person in a list of participants."""
        return self.key if self.profile is None else self.own

    def call(self, method: str, address: str, body: Any = None, **query: Any) -> Any:
        url = f"{PREFIX}{address}?{urlencode(self.own | query)}"
        data = b"" if body is None else json.dumps(body)
        return self.client.generic(method.upper(), url, data, content_type="application/json")

    def ok(self, method: str, address: str, body: Any = None, **query: Any) -> Any:
        response = self.call(method, address, body, **query)
        assert response.status_code == 200, (address, response.content)
        return response.json()

    def refused(self, method: str, address: str, body: Any = None, **query: Any) -> int:
        response = self.call(method, address, body, **query)
        told = response.json()
        assert told.keys() == {"detail"}, told
        assert told["detail"]
        status: int = response.status_code
        return status

    def direct(self, other: "Caller") -> int:
        """Start a conversation with one other, in the caller's own words."""
        return int(self.ok("post", "conversations", self.people(other))["conversation_id"])

    def group(self, *others: "Caller", name: str = "Group") -> int:
        body = {"type": "group", "name": name, **self.people(*others)}
        return int(self.ok("post", "conversations", body)["id"])

    def people(self, *others: "Caller") -> dict[str, Any]:
        key = "participant_user_ids" if self.profile is None else "participants"
        return {key: [self.named, *(other.named for other in others)]}

    def send(self, conversation: int, content: str = "Hello!", **fields: Any) -> dict[str, Any]:
        body = {"content": content, "message_type": "text"} | fields
        if self.profile is None:
            return self.ok("post", f"conversations/{conversation}/messages", body)
        return self.ok("post", "messages", body | {"conversation_id": conversation})

    def page(self, conversation: int, **query: Any) -> list[dict[str, Any]]:
        address = f"conversations/{conversation}/messages" if self.profile is None else f"messages/{conversation}"
        found: list[dict[str, Any]] = self.ok("get", address, **query)["messages"]
        return found

    def listed(self, **query: Any) -> list[dict[str, Any]]:
        found = self.ok("get", "conversations", **query)
        rows: list[dict[str, Any]] = found if self.profile is None else found["conversations"]
        return rows


MakeCaller = Callable[..., Caller]


@pytest.fixture(params=["user", "profile"])
def shape(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def make_caller(make_user: Callable[..., Any], shape: str) -> MakeCaller:
    """Make a person with a profile, in a front end of the shape that the test is about."""

    def make(name: str | None = None, kind: str = "student", number: int | None = None) -> Caller:
        user = make_user(name)
        profile = MODELS[kind].objects.create(user=user, **({"id": number} if number else {}))
        return Caller(user, (kind, profile.pk) if shape == "profile" else None)

    return make


@pytest.fixture
def ada(make_caller: MakeCaller) -> Caller:
    return make_caller("ada", "student", 5)


@pytest.fixture
def ben(make_caller: MakeCaller) -> Caller:
    return make_caller("ben", "tutor", 5)


@pytest.fixture
def cleo(make_caller: MakeCaller) -> Caller:
    return make_caller("cleo", "parent", 5)
