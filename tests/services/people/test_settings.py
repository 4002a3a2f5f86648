"""One's own settings: what they take, and what they bring about."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from chat.exceptions import InvalidInput
from chat.models import ChatGroupUser, ChatSettings
from chat.services.groups import peer_start
from chat.services.people.relations import settings_of
from chat.services.people.settings import SETTABLE, settings_update
from tests.services.worlds import everything, make_person

pytestmark = pytest.mark.django_db

OTHER_VALUES: dict[str, Any] = {
    **dict.fromkeys(("who_can_message", "allow_calls_from", "allow_group_adds", "allow_channel_adds"), "none"),
    **dict.fromkeys(
        ("last_seen_visibility", "profile_photo_visibility", "about_visibility", "groups_visibility"), "nobody"
    ),
    **dict.fromkeys(
        ("read_receipts", "online_status", "typing_indicators", "message_notifications", "sound_alerts"), False
    ),
    **dict.fromkeys(("block_screenshots", "disable_forwarding", "hide_phone_number", "hide_email"), True),
    "mute_duration": "8h",
    "language": "am",
    "appearance": {"bubble_style": "round", "font_size": 14, "enter_key": True},
}


def test_every_setting_is_kept_and_the_rest_stays() -> None:
    ada = make_person()
    assert OTHER_VALUES.keys() == set(SETTABLE)
    for name, value in OTHER_VALUES.items():
        before = {other: getattr(settings_of(ada.pk), other) for other in SETTABLE}
        assert before[name] != value
        settings_update(acting_user=ada, **{name: value})
        after = {other: getattr(settings_of(ada.pk), other) for other in SETTABLE}
        assert after == before | {name: value}
    assert ChatSettings.objects.count() == 1


WRONG = {
    "who_can_message": ["nobody", "", "EVERYONE", None, 5, [], True],
    "last_seen_visibility": ["none", "", None],
    "read_receipts": ["true", 1, None, []],
    "mute_duration": ["2h", None, 8],
    "language": ["x" * 17, "a b", "1", "\x00", None, 5],
    "appearance": [
        None,
        [],
        "x",
        {"a": []},
        {"a": {}},
        {"a": float("nan")},
        {"a": "\x00"},
        {1: "a"},
        {"a": "x" * 4000},
    ],
    "mute_until": [timezone.now()],
    "user": [1],
    "nothing": [1],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_wrong_values_are_refused_by_name_and_nothing_changes(name: str, value: Any) -> None:
    ada = make_person()
    settings_update(acting_user=ada, hide_email=True)
    before = everything()

    with pytest.raises(InvalidInput) as error:
        settings_update(acting_user=ada, **{"hide_email": False, name: value} if name != "user" else {name: value})

    assert error.value.field == name
    assert everything() == before


def test_appearance_changes_key_by_key() -> None:
    ada = make_person()
    settings_update(acting_user=ada, appearance={"a": 1, "b": "x"})
    settings_update(acting_user=ada, appearance={"b": None, "c": 2.5})
    assert settings_of(ada.pk).appearance == {"a": 1, "c": 2.5}

    settings_update(acting_user=ada, appearance={"b": "x" * 2000})
    with pytest.raises(InvalidInput) as error:
        settings_update(acting_user=ada, appearance={"d": "x" * 2000})
    assert (error.value.code, error.value.field) == ("too_many", "appearance")


@pytest.mark.parametrize(("duration", "hours"), [("1h", 1), ("8h", 8), ("24h", 24), ("forever", None), ("off", None)])
def test_muting_lasts_as_long_as_it_says(duration: str, hours: int | None) -> None:
    ada = make_person()
    row = settings_update(acting_user=ada, mute_duration=duration)
    if hours is None:
        assert row.mute_until is None
    else:
        assert row.mute_until is not None
        assert abs(row.mute_until - timezone.now() - timedelta(hours=hours)) < timedelta(minutes=1)


@pytest.mark.parametrize("value", ["none", "connections", "everyone"])
def test_narrower_audience_guards_those_who_write_to_the_person(value: str) -> None:
    ada, ben, eva = (make_person() for _ in range(3))
    for user, other in ((ada, ben), (eva, ada), (ben, eva)):
        peer_start(acting_user=user, user_id=other.pk)
    ChatGroupUser.objects.update(is_guarded=False)

    settings_update(acting_user=ada, who_can_message=value)

    guarded = ChatGroupUser.objects.filter(is_guarded=True)
    concerned = guarded.filter(group__memberships__user=ada).exclude(user=ada)
    assert guarded.count() == concerned.count() == (0 if value == "everyone" else 2)
