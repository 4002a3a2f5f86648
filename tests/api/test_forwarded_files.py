"""Files that were forwarded: their bytes are shared, who may have them is asked of each message by itself."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from chat.models import Attachment, ChatMessage
from chat.services.members import member_add
from chat.services.tombstones import tombstones_purge
from tests.api.conftest import Call, Caller
from tests.files import samples
from tests.files.uploading import stored, upload, upload_image
from tests.services.worlds import small_group

pytestmark = pytest.mark.django_db


def _purge(caller: Caller, message_id: str, commit: Any) -> None:
    caller.ok("delete", f"messages/{message_id}/")
    ChatMessage.objects.filter(pk=message_id).update(deleted_at=timezone.now() - timedelta(days=1))
    with commit(execute=True):
        assert sum(tombstones_purge()) == 1


def test_forwarded_file_is_served_after_its_source_was_purged(
    api: Call, django_capture_on_commit_callbacks: Any
) -> None:
    (world, owner, [member]), (there, carol, [dan]) = small_group(), small_group()
    member_add(acting_user=carol, group_id=there.id, user_id=owner.pk, role="member")
    caller = api(owner)
    files = [upload(owner, "plan.txt", b"the plan"), upload_image(owner)]
    source = caller.ok("post", f"groups/{world.id}/messages/", {"attachment_ids": [str(row.pk) for row in files]})
    before = stored()

    [outcome] = caller.ok("post", f"messages/{source['id']}/forward/", {"group_ids": [str(there.id)]})["results"]
    target = outcome["message"]

    assert stored() == before, "the bytes are shared"
    assert [file["name"] for file in target["attachments"]] == ["plan.txt", "picture.png"]
    own, others = ([file["url"] for file in message["attachments"]] for message in (target, source))
    assert set(own).isdisjoint(others)
    assert {api(dan).get(url).status_code for url in others} == {404}, "who sees the target alone"
    assert {api(member).get(url).status_code for url in own} == {404}, "who sees the source alone"

    _purge(caller, source["id"], django_capture_on_commit_callbacks)

    assert {api(member).get(url).status_code for url in others} == {404}
    assert stored() == before
    answers: list[Any] = [api(dan).get(url) for url in own]
    plan, picture = (b"".join(answer.streaming_content) for answer in answers)
    assert (plan, picture[:8]) == (b"the plan", samples.image()[:8])
    assert api(dan).get(target["attachments"][1]["preview_url"]).status_code == 200

    _purge(caller, target["id"], django_capture_on_commit_callbacks)

    assert {api(dan).get(url).status_code for url in own} == {404}
    assert (stored(), Attachment.objects.count()) == (set(), 0)
