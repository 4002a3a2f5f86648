"""Finding people."""

from typing import Any

import pytest

from chat.adapter import ChatAdapter, Profile
from tests.api.conftest import Call
from tests.factories import UserFactory
from tests.services.worlds import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.core]


class OpenAdapter(ChatAdapter):
    """Shows everything, and hides one person from everybody."""

    def findable_by(self, user: Any) -> Any:
        return super().findable_by(user).exclude(email__startswith="hidden")

    def search(self, people: Any, text: str) -> Any:
        return people.filter(email__icontains=text)

    def profile(self, user: Any) -> Profile:
        return Profile(str(user.pk), "Somebody", "https://example.org/a.png", user.email)


def test_people_are_found_by_the_host_s_rules_and_shown_as_profiles(api: Call, settings: Any) -> None:
    settings.CHAT = {"ADAPTER": f"{__name__}.{OpenAdapter.__qualname__}"}
    ada = UserFactory.create(name="zoe1")
    UserFactory.create(name="hidden-zoe2")
    UserFactory.create(name="zoe3", is_active=False)
    people = api(ada).ok("get", "users/?q=zoe")["results"]
    assert people == [
        {
            "id": str(ada.pk),
            "name": "Somebody",
            "avatar_url": "https://example.org/a.png",
            "email": "zoe1@example.org",
        }
    ]


def test_email_is_hidden_by_default_and_found_only_as_a_whole(api: Call) -> None:
    ada, ben = make_person(), UserFactory.create(name="benedict")
    found = api(ada).ok("get", "users/", {"q": ben.get_username()})["results"]
    assert [(person["id"], person["email"]) for person in found] == [(str(ben.pk), None)]
    assert api(ada).ok("get", "users/?q=example.org")["results"] == []


@pytest.mark.parametrize("blanks", ["%20%20", "%20a", "a%20", "%C2%A0%C2%A0"])
def test_blanks_are_no_letters_of_a_name(blanks: str, api: Call) -> None:
    refused = api(make_person()).get(f"users/?q={blanks}")
    assert (refused.status_code, refused.json()["field"]) == (400, "q")


def test_people_are_walked_by_cursor(api: Call, settings: Any) -> None:
    settings.CHAT = {"ADAPTER": f"{__name__}.{OpenAdapter.__qualname__}"}
    ids = {str(UserFactory.create(name=f"walker{n}").pk) for n in range(7)}
    reader = api(make_person())
    page = reader.ok("get", "users/?q=walker&limit=3")
    walked = [person["id"] for person in page["results"]]
    while page["next"]:
        page = reader.ok("get", page["next"])
        walked += [person["id"] for person in page["results"]]
    assert (len(walked), set(walked)) == (7, ids)
