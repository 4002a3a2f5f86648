"""The fold among others who write: a second fold, and people who talk already."""

from itertools import pairwise
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError

from chat.legacy.models import Models
from chat.legacy.report import Report
from chat.legacy.verifying import verify
from chat.models import ChatGroup, ChatMessage, LegacyRow
from chat.services.groups import peer_start
from chat.services.messages import message_send
from tests.legacy.checksums import tables
from tests.legacy.memory import MemorySource
from tests.legacy.test_stopped import Make, talked
from tests.races.together import succeeded, together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def test_two_folds_at_once_end_as_one(make_user: Make) -> None:
    source = talked(make_user)
    source.fold()
    whole = tables()
    ChatGroup.objects.all().delete()
    LegacyRow.objects.all().delete()

    results = together([source.fold] * 3)
    assert any(isinstance(result, Report) for result in results)
    assert all(isinstance(result, Report | IntegrityError) for result in results), results

    source.fold()
    assert tables() == whole


def test_people_who_talk_while_their_older_talk_is_folded_lose_nothing(make_user: Make) -> None:
    ada, ben = make_user(), make_user()
    group = peer_start(acting_user=ada, user_id=ben.pk).group
    source = MemorySource(batch_size=4)
    talk = source.talk(ada, ben)
    for number in range(24):
        source.line(talk, (ada, ben)[number % 2])

    def say() -> list[Any]:
        return [
            message_send(acting_user=(ada, ben)[number % 2], group_id=group.pk, message_text=str(number)).message.seq
            for number in range(24)
        ]

    [_, said] = succeeded(together([source.fold, say]))

    rows = ChatMessage.objects.filter(group=group).order_by("seq")
    assert [row.seq for row in rows] == list(range(1, 49))
    assert said == sorted(said)
    assert all(one.created_at < other.created_at for one, other in pairwise(rows))
    assert LegacyRow.objects.filter(table="lines", new_id__in=[str(row.pk) for row in rows]).count() == 24
    assert list(verify(source, Models(apps))) == []
