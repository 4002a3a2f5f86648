"""The eight helpers for server-side code, with users and with ids."""

from collections.abc import Callable
from typing import Any

import pytest

from chat.adapter import ChatAdapter
from chat.compat.astegni import people
from chat.exceptions import InvalidInput, NotAllowed
from chat.services.people.blocks import block_add
from chatproject.models import StudentProfile, TutorProfile
from tests.services.people.worlds import connect, prefer
from tests.services.worlds import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[lambda user: user, lambda user: user.pk, lambda user: str(user.pk)], ids=["user", "id", "text"])
def as_(request: pytest.FixtureRequest) -> Callable[[Any], Any]:
    make: Callable[[Any], Any] = request.param
    return make


def test_display_info_is_what_others_see(as_: Callable[[Any], Any]) -> None:
    ada = make_person(first_name="Ada", last_name="Abebe")

    assert people.get_user_display_info(as_(ada)) == {
        "user_id": ada.pk,
        "name": "Ada Abebe",
        "avatar": None,
        "email": None,
    }


class Telling(ChatAdapter):
    """A host whose people show an e-mail address and a picture."""

    def email(self, user: Any) -> str:
        return f"{user.pk}@example.org"

    def avatar_url(self, user: Any) -> str:
        return f"https://example.org/{user.pk}.png"


@pytest.mark.parametrize("photo", ["everyone", "connections", "nobody"])
def test_display_info_keeps_what_is_hidden(as_: Callable[[Any], Any], settings: Any, photo: str) -> None:
    settings.CHAT = {"ADAPTER": f"{__name__}.{Telling.__qualname__}"}
    ada = make_person()
    shown = people.get_user_display_info(as_(ada))
    assert (shown["email"], shown["avatar"]) == (f"{ada.pk}@example.org", f"https://example.org/{ada.pk}.png")

    prefer(ada, hide_email=True, profile_photo_visibility=photo)

    shown = people.get_user_display_info(as_(ada))
    assert (shown["email"], shown["avatar"] is not None) == (None, photo == "everyone")


def test_privacy_settings_are_the_defaults_until_they_are_set(as_: Callable[[Any], Any]) -> None:
    ada = make_person()
    assert people.get_user_privacy_settings(as_(ada)).who_can_message == "everyone"

    prefer(ada, who_can_message="none")

    assert people.get_user_privacy_settings(as_(ada)).who_can_message == "none"


def test_connected_means_the_people_and_not_their_profiles_numbers(as_: Callable[[Any], Any]) -> None:
    ada, ben, cleo = make_person(), make_person(), make_person()
    StudentProfile.objects.create(id=5, user=ben)
    TutorProfile.objects.create(id=5, user=cleo)
    connect(ada, ben)
    prefer(ada, who_can_message="connections")

    assert people.are_users_connected(as_(ada), as_(ben))
    assert people.are_users_connected(as_(ben), as_(ada))
    assert not people.are_users_connected(as_(ada), as_(cleo))
    assert people.check_can_message(as_(ben), as_(ada))
    assert not people.check_can_message(as_(cleo), as_(ada))
    assert [one["user_id"] for one in people.get_user_contacts(as_(ada))] == [ben.pk]
    assert people.get_user_contacts(as_(cleo)) == []


def test_block_is_asked_one_way_and_refuses_both(as_: Callable[[Any], Any]) -> None:
    ada, ben = make_person(), make_person()
    assert people.check_can_call(as_(ben), as_(ada))

    block_add(acting_user=ada, user_id=ben.pk)

    assert people.is_user_blocked(as_(ada), as_(ben))
    assert not people.is_user_blocked(as_(ben), as_(ada))
    for one, other in ((ada, ben), (ben, ada)):
        assert not people.check_can_message(as_(one), as_(other))
        assert not people.check_can_call(as_(one), as_(other))
        with pytest.raises(NotAllowed):
            people.get_or_create_direct_conversation(as_(one), as_(other))


def test_direct_conversation_is_made_once(as_: Callable[[Any], Any]) -> None:
    ada, ben = make_person(), make_person()

    group, created = people.get_or_create_direct_conversation(as_(ada), as_(ben))

    assert created
    assert people.get_or_create_direct_conversation(as_(ben), as_(ada)) == (group, False)


def test_what_can_be_nobody_is_refused() -> None:
    ada = make_person()

    for nobody in ("nobody at all", None, 1.5):
        with pytest.raises(InvalidInput):
            people.get_user_display_info(nobody)
    gone = make_person()
    key = gone.pk
    gone.delete()
    assert people.get_user_display_info(key)["name"] == "Deleted account"
    with pytest.raises(InvalidInput):
        people.get_or_create_direct_conversation(ada, key)
    with pytest.raises(InvalidInput):
        people.get_user_contacts(key)
