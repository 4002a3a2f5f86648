from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

pytestmark = [pytest.mark.django_db]


def test_demo_creates_people_who_can_sign_in_and_keeps_them(settings: Settings, client: Client) -> None:
    settings.DEMO = True
    for _ in range(2):
        call_command("chat_demo", messages=10, stdout=StringIO())

    names = {"ada": "", "ben": "", "chala": "", "dina": "", "eli": "staff", "fay": "staff", "admin": "superuser"}
    assert {user.username: _kind(user) for user in User.objects.all()} == names
    assert all(client.login(username=name, password="demo") for name in names)


def test_demo_run_again_changes_nobody(settings: Settings) -> None:
    settings.DEMO = True
    call_command("chat_demo", messages=10, stdout=StringIO())
    User.objects.filter(username="ada").update(first_name="Augusta", password="kept")

    call_command("chat_demo", messages=10, stdout=StringIO())

    assert User.objects.filter(first_name="Augusta", password="kept").exists()


def test_demo_says_who_can_sign_in_and_where(settings: Settings) -> None:
    settings.DEMO = True
    out = StringIO()

    call_command("chat_demo", url="http://127.0.0.1:8123", messages=10, stdout=out)

    for expected in ("http://127.0.0.1:8123/", "chala", "superuser", "/accounts/login/"):
        assert expected in out.getvalue()


def test_outside_a_demo_nobody_is_created(settings: Settings) -> None:
    settings.DEMO = False

    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("chat_demo")

    assert not User.objects.exists()


def test_sign_in_page_names_people_in_a_demo_only(settings: Settings, client: Client) -> None:
    for demo in (True, False):
        settings.DEMO = demo

        assert ("chala" in client.get("/accounts/login/").content.decode()) is demo


def _kind(user: User) -> str:
    if user.is_superuser:
        return "superuser"
    return "staff" if user.is_staff else ""
