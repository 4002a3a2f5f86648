"""The example of a source in docs/folding.md works as it stands there."""

import re
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django import Settings

from chat.models import ChatGroup, LegacyRow

PAGE = Path(__file__).resolve().parents[2] / "docs" / "folding.md"
TABLES = """
CREATE TABLE thread (id integer PRIMARY KEY, title text, author_id integer, begun timestamp);
CREATE TABLE follower (thread_id integer, person_id integer, PRIMARY KEY (thread_id, person_id));
CREATE TABLE post (id integer PRIMARY KEY, thread_id integer, author_id integer, words text, posted timestamp)
"""
EXAMPLE = re.compile(r"```python\n(# shop/old_forum\.py\n.*?)```", re.DOTALL)


@pytest.mark.django_db
def test_source_of_the_example_folds_and_verifies(
    settings: Settings, make_user: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, ben = make_user("ada"), make_user("ben")
    shop = ModuleType("old_forum")
    [example] = EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))
    exec(example, vars(shop))
    monkeypatch.setitem(sys.modules, "shop", ModuleType("shop"))
    monkeypatch.setitem(sys.modules, "shop.old_forum", shop)
    settings.CHAT = {"FOLD_SOURCES": ["shop.old_forum.OldForum"]}
    with connection.cursor() as cursor:
        for statement in TABLES.split(";"):
            cursor.execute(statement)
        cursor.execute("INSERT INTO thread VALUES (1, 'Cats', %s, '2020-01-01 10:00')", [ada.pk])
        cursor.executemany("INSERT INTO follower VALUES (1, %s)", [[ada.pk], [ben.pk]])
        cursor.executemany(
            "INSERT INTO post VALUES (%s, %s, %s, %s, '2020-01-02 10:00')",
            [[1, 1, ada.pk, "Mine sleeps."], [2, 1, ben.pk, "Mine, too."], [3, 9, ben.pk, "Of no thread."]],
        )

    told = StringIO()
    call_command("chat_fold", "forum", stdout=told, stderr=StringIO())
    call_command("chat_fold", "forum", "--verify", stdout=told, stderr=StringIO())

    group = ChatGroup.objects.get()
    assert (group.name, group.created_by) == ("Cats", ada)
    assert {seat.user: seat.role for seat in group.memberships.all()} == {ada: "owner", ben: "member"}
    assert list(group.messages.order_by("seq").values_list("message_text", flat=True)) == ["Mine sleeps.", "Mine, too."]
    assert LegacyRow.objects.get(table="post", old_id="3").reason == "parent_missing"
    assert "Every row is accounted for" in told.getvalue()
