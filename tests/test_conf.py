"""The settings object."""

import pytest
from pytest_django import Settings

from chat.conf import GROUP_TYPES, ChatSettings, Setting, chat_settings
from chat.roles import GroupType


def test_defaults_hold_where_the_host_says_nothing(settings: Settings) -> None:
    del settings.CHAT
    for setting in chat_settings.declared():
        assert getattr(chat_settings, setting.name) == setting.default
        assert setting.valid(setting.default), setting.name
        assert setting.meaning.endswith(".")


def test_values_are_read_at_each_access(settings: Settings) -> None:
    settings.CHAT = {"UNDO_WINDOW": 7}
    assert (chat_settings.UNDO_WINDOW, chat_settings.PAGE_SIZE) == (7, 50)

    settings.CHAT = {"PAGE_SIZE": 3}
    assert (chat_settings.UNDO_WINDOW, chat_settings.PAGE_SIZE) == (300, 3)


def test_every_setting_is_declared_once_and_named_as_its_key() -> None:
    declared = list(chat_settings.declared())

    assert [setting.name for setting in declared] == [
        name for name, value in vars(ChatSettings).items() if isinstance(value, Setting)
    ]
    assert all(setting.name.isupper() for setting in declared)


def test_unknown_setting_does_not_exist() -> None:
    with pytest.raises(AttributeError):
        chat_settings.PAGESIZE  # type: ignore[attr-defined]  # noqa: B018


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("ADAPTER", ["host.chat.Adapter"], ["Adapter", None, object()]),
        ("AUTHENTICATION_CLASSES", [[], ["a.b"], ("a.b", "c.d")], ["a.b", ["a"], [1], None]),
        ("MESSAGE_MAX_LENGTH", [1, 20_000], [20_001, 0, -1, True, "5", 1.5, None]),
        ("UNDO_WINDOW", [0, 300], [-1, False, "5", None]),
        ("SYSTEM_MESSAGES", [True, False], [0, 1, None, "no"]),
        ("MESSAGE_LIFETIME_MAX", [1, 2**31 - 1], [0, 2**31, True, None]),
        ("RETENTION", [{}, {"support": 1, "peer": 36_600}], [[], {"desk": 1}, {"group": 0}, {"group": 36_601}]),
        ("GROUP_MAX_MEMBERS", [1], [0, None]),
        ("PAGE_SIZE_MAX", [1], [0, "100"]),
        ("SYNC_MAX_GROUPS", [1], [0, []]),
        (
            "PROFILES",
            [{}, {"a": ("t", "u")}, {"a": ["t", "u", "db"]}],
            [[], {"a": "t"}, {"a": ("t",)}, {"a": ("t", "")}, {1: ("t", "u")}, {"a": ("t", "u", "d", "x")}],
        ),
        ("THROTTLE_RATES", [{}, {"send": "60/min"}, {"send": None}], [[], {"send": 60}, {1: "1/s"}, {"send": "60"}]),
    ],
)
def test_wrong_values_are_told_from_right_ones(name: str, good: list[object], bad: list[object]) -> None:
    [setting] = [setting for setting in chat_settings.declared() if setting.name == name]

    assert [value for value in good if not setting.valid(value)] == []
    assert [value for value in bad if setting.valid(value)] == []


def test_retention_knows_every_type_of_group() -> None:
    assert list(GROUP_TYPES) == GroupType.values
