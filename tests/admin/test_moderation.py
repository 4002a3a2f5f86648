"""Moderators decide reports and suspend people; each of it needs its permission and is written down."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from chat.models import AuditEntry, ChatMessage, Report, Suspension
from chat.services.groups import group_start
from chat.services.messages import message_send
from chat.services.safety.reports import message_report
from chat.services.safety.suspensions import user_suspend
from chat.services.tombstones import message_delete, tombstones_purge
from tests.admin.conftest import SignIn
from tests.admin.pages import list_url, page_url, rows, text_of

pytestmark = [pytest.mark.core, pytest.mark.django_db]

MODERATE = ("view_report", "change_report")


def report(make_user: Callable[..., Any], text: str = "buy this") -> Report:
    spammer, reporter = make_user(), make_user()
    group = group_start(acting_user=spammer, member_ids=[reporter.pk], history_visibility="start").group
    message = message_send(acting_user=spammer, group_id=group.pk, message_text=text).message
    return message_report(acting_user=reporter, message_id=message.pk, kind="spam", reason="Look.").report


def text_of_made(answer: Any) -> str:
    assert answer.redirect_chain
    return " ".join(str(message) for message in answer.context["messages"])


def act(client: Client, model: Any, action: str, *objects: Any) -> Any:
    return client.post(list_url(model), {"action": action, "_selected_action": [row.pk for row in objects]})


@pytest.mark.parametrize(
    ("action", "state"),
    [("mark_reviewed", "reviewed"), ("mark_action_taken", "action_taken"), ("mark_dismissed", "dismissed")],
)
def test_reports_are_decided_by_who_may(
    action: str, state: str, make_user: Callable[..., Any], sign_in: SignIn
) -> None:
    one, two = report(make_user), report(make_user)
    reader, moderator = sign_in("view_report"), sign_in(*MODERATE)

    act(reader, Report, action, one)
    one.refresh_from_db()
    assert one.state == "pending"
    act(moderator, Report, action, one, two)

    assert list(Report.objects.values_list("state", flat=True)) == [state, state]
    decided = AuditEntry.objects.filter(action="report.decided")
    assert {str(entry.actor_id) for entry in decided} == {moderator.session["_auth_user_id"]}
    assert {entry.target_id for entry in decided} == {str(one.pk), str(two.pk)}


def test_reported_text_is_read_though_deleted_until_it_is_gone_for_good(
    make_user: Callable[..., Any], sign_in: SignIn, settings: Any
) -> None:
    one = report(make_user, "buy <b>this</b>")
    moderator, message = sign_in(*MODERATE), ChatMessage.objects.get(message_type="text")
    assert "buy <b>this</b>" in text_of_escaped(moderator, one)
    message_delete(acting_user=one.reported, message_id=message.pk)
    assert "buy <b>this</b> (deleted)" in text_of_escaped(moderator, one)
    assert AuditEntry.objects.filter(action="read", target_id=str(one.pk), group_id=one.group_id).count() == 2

    settings.CHAT = {"UNDO_WINDOW": 0}
    list(tombstones_purge())

    assert "buy" not in text_of_escaped(moderator, one)


def text_of_escaped(client: Client, one: Report) -> str:
    content = client.get(page_url(one)).content.decode()
    return content.replace("&lt;", "<").replace("&gt;", ">")


def test_pages_need_their_permissions(make_user: Callable[..., Any], sign_in: SignIn) -> None:
    one = report(make_user)
    suspension = user_suspend(acting_user=one.reporter, user=one.reported)
    for row, codename in ((one, "view_report"), (suspension, "view_suspension")):
        for url in (page_url(row), list_url(type(row))):
            assert sign_in(codename).get(url).status_code == 200
            assert sign_in("view_chatmessage", "change_report", "change_suspension").get(url).status_code == 403


def test_reports_are_found_and_filtered(make_user: Callable[..., Any], sign_in: SignIn) -> None:
    one, two = report(make_user), report(make_user)
    moderator = sign_in(*MODERATE)

    assert rows(moderator, Report) == [one, two]
    act(moderator, Report, "mark_dismissed", one)
    assert rows(moderator, Report) == rows(moderator, Report, state="pending") == [two]
    assert rows(moderator, Report, state="dismissed") == [one]
    assert rows(moderator, Report, state="all") == [one, two]
    for term in (one.pk, one.group_id, one.reported_id, one.reporter_id):
        assert one in rows(moderator, Report, q=term)
        assert two not in rows(moderator, Report, q=term)


def test_list_costs_the_same_at_3_and_30_reports(
    make_user: Callable[..., Any], sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    moderator = sign_in("view_report")
    for number in (3, 30):
        for _ in range(number):
            report(make_user)
        # session, user, two of permissions, bounded count, reports with people, audit entry
        with django_assert_num_queries(7):
            assert len(rows(moderator, Report)) >= number


def test_person_is_suspended_and_let_go_in_the_admin(make_user: Callable[..., Any], sign_in: SignIn) -> None:
    person = make_user()
    add = reverse("admin:chat_suspension_add")
    form = {"user": person.pk, "reason": "Spam", "until_0": "", "until_1": ""}
    allowed, reader = sign_in("view_suspension", "add_suspension", "change_suspension"), sign_in("view_suspension")
    assert reader.post(add, form).status_code == 403
    assert not Suspension.objects.exists()

    assert f"“{person.get_username()}” was added" in text_of_made(allowed.post(add, form, follow=True))

    suspension = Suspension.objects.get()
    assert (suspension.user_id, suspension.reason, suspension.until) == (person.pk, "Spam", None)
    assert str(suspension.created_by_id) == allowed.session["_auth_user_id"]
    assert "Spam" in text_of(reader, page_url(suspension))
    assert rows(reader, Suspension, q=person.pk) == [suspension]
    act(reader, Suspension, "lift", suspension)
    assert Suspension.objects.in_force().exists()
    act(allowed, Suspension, "lift", suspension)
    assert not Suspension.objects.in_force().exists()
    acts = AuditEntry.objects.filter(action__in=["user.suspended", "suspension.lifted"]).order_by("pk")
    assert [entry.action for entry in acts] == ["user.suspended", "suspension.lifted"]


def test_suspension_is_not_changed_or_deleted_by_anybody(make_user: Callable[..., Any], client: Client) -> None:
    suspension = user_suspend(acting_user=make_user(), user=make_user())
    client.force_login(make_user(is_staff=True, is_superuser=True))

    assert client.post(page_url(suspension), {"reason": "x"}).status_code == 403
    assert client.post(page_url(suspension, "delete"), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"user": ""}, "user"),
        ({"user": "0"}, "user"),
        ({"until_0": "2000-01-01", "until_1": "00:00:00"}, "until"),
        ({"reason": "a\x00b"}, "reason"),
    ],
)
def test_wrong_suspension_is_told_beside_its_field_and_not_made(
    wrong: dict[str, str], field: str, make_user: Callable[..., Any], sign_in: SignIn
) -> None:
    form = {"user": make_user().pk, "reason": "Spam", "until_0": "", "until_1": ""} | wrong
    client = sign_in("view_suspension", "add_suspension")

    answer = client.post(reverse("admin:chat_suspension_add"), form)

    assert answer.status_code == 200
    assert list(answer.context["adminform"].form.errors) == [field]
    assert form["reason"].encode() in answer.content  # nobody types it again
    assert not Suspension.objects.exists()
    assert not AuditEntry.objects.filter(action="user.suspended").exists()
