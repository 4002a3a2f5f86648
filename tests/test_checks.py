from typing import Any

import pytest
from django.core import checks as django_checks
from django.core.files.storage import Storage
from django.db import connections
from pytest_django import Settings

from chat.adapter import ChatAdapter
from chat.checks import check_host, check_settings
from chat.legacy.source import Source

connection = connections["default"]


def ids(messages: list[django_checks.CheckMessage]) -> list[str | None]:
    return [message.id for message in messages]


def test_a_host_without_settings_is_fine(settings: Settings) -> None:
    del settings.CHAT

    assert check_settings() == []


def test_checks_are_registered() -> None:
    registered = django_checks.registry.registry.get_checks()

    assert check_settings in registered
    assert check_host in registered


@pytest.mark.parametrize("value", [[], "x", None, 1])
def test_chat_must_be_a_dict(settings: Settings, value: object) -> None:
    settings.CHAT = value

    assert ids(check_settings()) == ["chat.E001"]


def test_unknown_key_is_reported_with_the_nearest_name(settings: Settings) -> None:
    settings.CHAT = {"undo_windw": 5, "NOTHING_LIKE_IT_AT_ALL": 1, 7: 1}

    near, far, number = check_settings()

    assert ids([near, far, number]) == ["chat.E002"] * 3
    assert near.hint == "Did you mean 'UNDO_WINDOW'?"
    assert far.hint is not None
    assert "ADAPTER, AUTHENTICATION_CLASSES" in far.hint


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("ADAPTER", "chat.adapter.ChatAdapter", None),
        ("AUTHENTICATION_CLASSES", ["rest_framework.authentication.SessionAuthentication"], "a.b"),
        ("MESSAGE_MAX_LENGTH", 1, 0),
        ("MESSAGE_MAX_LENGTH", 20_000, 20_001),
        ("UNDO_WINDOW", 0, -1),
        ("GROUP_MAX_MEMBERS", 2, True),
        ("PAGE_SIZE", 1, "50"),
        ("PAGE_SIZE_MAX", 50, 1.5),
        ("SYNC_MAX_GROUPS", 1, None),
        ("THROTTLE_RATES", {}, {"send": 5}),
    ],
)
def test_value_of_the_wrong_kind_is_reported_by_name(settings: Settings, name: str, right: Any, wrong: Any) -> None:
    settings.CHAT = {name: right}
    assert check_settings() == []

    settings.CHAT = {name: wrong}
    (error,) = check_settings()

    assert error.id == "chat.E003"
    assert error.msg == f"CHAT[{name!r}] is {wrong!r}."
    assert error.hint is not None
    assert error.hint.startswith("It must be ")


@pytest.mark.parametrize("path", ["chat.adapter.Nothing", "no_such_module.Adapter"])
def test_adapter_that_cannot_be_imported_is_reported(settings: Settings, path: str) -> None:
    settings.CHAT = {"ADAPTER": path}

    assert ids(check_settings()) == ["chat.E004"]


@pytest.mark.parametrize("path", ["chat.models.ChatGroup", "chat.adapter.get_adapter"])
def test_adapter_of_another_family_is_reported(settings: Settings, path: str) -> None:
    settings.CHAT = {"ADAPTER": path}

    assert ids(check_settings()) == ["chat.E005"]


def test_each_wrong_authentication_class_is_reported(settings: Settings) -> None:
    settings.CHAT = {
        "AUTHENTICATION_CLASSES": [
            "no_such_module.Authentication",
            "rest_framework.authentication.SessionAuthentication",
            "chat.models.ChatGroup",
        ]
    }

    assert ids(check_settings()) == ["chat.E006", "chat.E007"]


def test_page_size_above_its_limit_is_reported(settings: Settings) -> None:
    settings.CHAT = {"PAGE_SIZE": 200}
    assert ids(check_settings()) == ["chat.E008"]


def test_shortest_lifetime_above_the_longest_is_reported(settings: Settings) -> None:
    settings.CHAT = {"MESSAGE_LIFETIME_MIN": 60, "MESSAGE_LIFETIME_MAX": 60}
    assert check_settings() == []
    settings.CHAT = {"MESSAGE_LIFETIME_MIN": 61, "MESSAGE_LIFETIME_MAX": 60}
    assert ids(check_settings()) == ["chat.E014"]

    settings.CHAT = {"PAGE_SIZE": 200, "PAGE_SIZE_MAX": 200}
    assert check_settings() == []


def test_rate_of_an_unknown_scope_is_reported(settings: Settings) -> None:
    settings.CHAT = {"THROTTLE_RATES": {"send": "1/min", "sned": "1/min"}}

    (error,) = check_settings()

    assert error.id == "chat.E009"
    assert error.hint is not None
    assert "send" in error.hint


@pytest.mark.parametrize("rate", ["many/min", "5/", "5/fortnight", "5/min/h"])
def test_rate_that_cannot_be_read_is_reported(settings: Settings, rate: str) -> None:
    settings.CHAT = {"THROTTLE_RATES": {"send": "5/s", "write": None, "hazo_read": "9000/min"}}
    assert check_settings() == []

    settings.CHAT = {"THROTTLE_RATES": {"send": rate}}
    assert ids(check_settings()) == ["chat.E010"]


def test_naive_times_are_reported(settings: Settings) -> None:
    assert check_host() == []

    settings.USE_TZ = False

    assert ids(check_host()) == ["chat.E011"]


@pytest.mark.parametrize(("mode", "found"), [(None, True), ("DEFERRED", True), ("immediate", False)])
def test_sqlite_without_immediate_transactions_is_reported(
    monkeypatch: pytest.MonkeyPatch, mode: str | None, found: bool
) -> None:
    options = {key: value for key, value in connection.settings_dict["OPTIONS"].items() if key != "transaction_mode"}
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", options | ({"transaction_mode": mode} if mode else {}))

    monkeypatch.setattr(connection, "vendor", "sqlite")
    assert ids(check_host()) == (["chat.W001"] if found else [])

    monkeypatch.setattr(connection, "vendor", "postgresql")
    assert check_host() == []


def test_transactions_around_requests_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)

    assert ids(check_host()) == ["chat.W002"]


def test_each_app_that_is_not_installed_is_reported(settings: Settings) -> None:
    kept = [app for app in settings.INSTALLED_APPS if app not in {"rest_framework", "django_filters"}]
    settings.INSTALLED_APPS = kept

    assert ids(check_host()) == ["chat.W003", "chat.W003"]


def test_blacklist_that_is_not_installed_is_reported_where_it_is_wanted(settings: Settings) -> None:
    blacklist = "rest_framework_simplejwt.token_blacklist"
    settings.INSTALLED_APPS = [app for app in settings.INSTALLED_APPS if app != blacklist]
    assert ids(check_host()) == ["chat.W004"]

    settings.SIMPLE_JWT = {}
    assert check_host() == []


def test_storage_that_does_not_exist_is_reported(settings: Settings) -> None:
    settings.CHAT = {"FILE_STORAGE": "elsewhere"}

    assert ids(check_settings()) == ["chat.E012"]


class SigningAdapter(ChatAdapter):
    def file_url(self, storage: Storage, name: str, **_told: Any) -> str:
        return f"{storage.url(name)}?signed"


class RemoteStorage(Storage):
    """Has neither paths nor addresses that it signs."""


def test_handover_that_the_storage_does_not_do_is_reported(settings: Settings) -> None:
    remote = {"BACKEND": f"{__name__}.RemoteStorage"}
    settings.STORAGES = settings.STORAGES | {"remote": remote}

    def found(way: str, storage: str, **others: Any) -> list[str | None]:
        settings.CHAT = {"FILE_HANDOVER": way, "FILE_STORAGE": storage} | others
        return ids(check_settings())

    assert found("redirect", "default") == found("x-sendfile", "remote") == ["chat.E023"]
    assert found("redirect", "default", ADAPTER=f"{__name__}.SigningAdapter") == []
    assert found("x-sendfile", "default") == found("x-accel-redirect", "remote") == found("", "remote") == []


def test_each_ending_of_no_type_is_reported(settings: Settings) -> None:
    settings.CHAT = {"FILE_TYPES": ["pdf", "exe", "svg"]}

    assert ids(check_settings()) == ["chat.E013", "chat.E013"]


def test_profiles_are_in_databases_that_the_host_has(settings: Settings) -> None:
    settings.CHAT = {"PROFILES": {"student": ("students", "user_id"), "tutor": ("tutors", "user_id", "archive")}}

    [found] = check_settings()

    assert found.id == "chat.E015"
    assert "'tutor' in the database 'archive'" in found.msg


class OurSource(Source):
    name = "ours"


class Namesake(Source):
    name = "hazo2"


@pytest.mark.parametrize(
    ("chat", "expected"),
    [
        ({"FOLD_SOURCES": ["tests.test_checks.OurSource"], "FOLD_ON_MIGRATE": {"ours": {}}}, []),
        ({"FOLD_ON_MIGRATE": {"hazo2": {"timezone": "Africa/Addis_Ababa", "call_shifts": [180]}}}, []),
        ({"FOLD_STAFF": "chat.legacy.staff.support_staff"}, []),
        ({"FOLD_PAIRS": {"table": "t", "sender": "a", "receiver": "b", "text": "c", "time": "d"}}, []),
        ({"FOLD_SOURCES": ["tests.test_checks.Nothing"]}, ["chat.E018"]),
        ({"FOLD_STAFF": "no_such_module.staff"}, ["chat.E018"]),
        ({"FOLD_SOURCES": ["tests.test_checks.ids"]}, ["chat.E019"]),
        ({"FOLD_SOURCES": ["tests.test_checks.Namesake"]}, ["chat.E019"]),
        ({"FOLD_SOURCES": ["tests.test_checks.OurSource"] * 2}, ["chat.E019"]),
        ({"FOLD_STAFF": "tests.test_checks.connection"}, ["chat.E022"]),
        ({"FOLD_ON_MIGRATE": {"hazo4": {}}}, ["chat.E020"]),
        ({"FOLD_ON_MIGRATE": {"hazo2": {"database": "other"}}}, ["chat.E021"]),
        ({"FOLD_ON_MIGRATE": {"hazo2": {"batch_size": 0}}}, ["chat.E021"]),
        ({"FOLD_ON_MIGRATE": {"hazo2": {"timezone": "Addis"}}}, ["chat.E021"]),
        ({"FOLD_ON_MIGRATE": {"astegni": {"call_shifts": "3h"}}}, ["chat.E021"]),
        ({"FOLD_ON_MIGRATE": {"astegni": {"call_shifts": [float("nan")]}}}, ["chat.E021"]),
        ({"FOLD_ON_MIGRATE": {"hazo2": {"since": "2026-01-01"}}}, ["chat.E003"]),
        ({"FOLD_ON_MIGRATE": ["hazo2"]}, ["chat.E003"]),
        ({"FOLD_PAIRS": {"table": "t"}}, ["chat.E003"]),
        ({"FOLD_PAIRS": {"table": "t", "sender": "a", "receiver": "b", "text": "c", "time": ""}}, ["chat.E003"]),
        ({"FOLD_PAIRS": {"subject": "s"}}, ["chat.E003"]),
        ({"FOLD_STAFF": "staff"}, ["chat.E003"]),
    ],
)
def test_what_a_fold_is_told_is_checked(settings: Settings, chat: Any, expected: list[str]) -> None:
    settings.CHAT = chat

    assert ids(check_settings()) == expected
