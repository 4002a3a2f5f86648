"""An account that is deleted while its person writes."""

from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model

from chat.exceptions import NotFound
from chat.models import ChatGroup, ChatGroupUser, ChatMessage, DataExport
from chat.services.duty.erasures import erasure_request, erasures_run
from chat.services.duty.exports import export_request
from chat.services.messages import message_send
from tests.files.uploading import upload
from tests.races.together import succeeded, together
from tests.services.worlds import make_person, small_group

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

ROUNDS = 6


def _delete(key: Any) -> None:
    get_user_model()._default_manager.filter(pk=key).delete()


def _work() -> int:
    return sum(erasures_run(batch_size=1))


def test_user_deleted_during_their_sends_leaves_a_whole_history_and_no_membership() -> None:
    for _ in range(ROUNDS):
        world, owner, [person] = small_group()
        files = [upload(person).pk for _ in range(2)]
        send = partial(message_send, acting_user=person, group_id=world.id)
        with_files = [partial(send, message_text="file", attachment_ids=[file]) for file in files]
        words = [partial(send, message_text="words", client_id=uuid4()) for _ in range(3)]

        deleted, *sent = together([partial(_delete, person.pk), *with_files, *words])

        assert deleted is None
        refused = [result for result in sent if isinstance(result, Exception)]
        assert all(isinstance(error, NotFound) for error in refused), refused
        rows = ChatMessage.objects.filter(group_id=world.id).order_by("seq")
        assert list(rows.values_list("seq", flat=True)) == list(
            range(1, ChatGroup.objects.get(pk=world.id).last_seq + 1)
        )
        assert rows.filter(sender_id=person.pk).count() == len(sent) - len(refused)
        assert not ChatGroupUser.objects.live().filter(user_id=person.pk).exists()
        assert world.say(owner, "goes on").seq == rows.count()


def test_two_workers_erase_a_person_who_is_answered_meanwhile() -> None:
    world, owner, [person] = small_group()
    for _ in range(6):
        world.say(person, "words")
    erasure_request(acting_user=owner, user_id=person.pk)
    answer = partial(message_send, acting_user=owner, group_id=world.id, message_text="answer")

    succeeded(together([_work, _work, *[answer] * 4]))

    rows = ChatMessage.objects.filter(group_id=world.id)
    assert not rows.filter(message_text="words").exists()
    assert rows.filter(message_text="answer").count() == 4
    versions = list(rows.values_list("version", flat=True))
    assert len(set(versions)) == len(versions)


def test_several_who_ask_for_an_export_at_once_ask_for_one() -> None:
    person = make_person()

    together([partial(export_request, acting_user=person, user_id=person.pk)] * 4)

    assert DataExport.objects.filter(user=person).count() == 1
