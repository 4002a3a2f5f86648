"""Exports: all that a person wrote or received and can still see, and nothing else."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from html.parser import HTMLParser
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.utils import timezone

from chat.choices import AuditAction, JobState
from chat.exceptions import Conflict, NotFound
from chat.exports.building import exports_build
from chat.models import Attachment, AuditEntry, ChatGroup, DataExport
from chat.roles import GroupType, Role, ScanState
from chat.services.duty.erasures import erasure_request, erasures_run
from chat.services.duty.exports import export_find, export_keep, export_request, exports_expire
from chat.services.hiding import message_hide
from chat.services.members import member_add, member_leave
from chat.services.people.blocks import block_add
from chat.services.support.desks import note_send
from chat.services.tombstones import message_delete
from tests.files.uploading import stored, upload
from tests.services.duty.planting import WORD, plant
from tests.services.worlds import make_person, make_world, small_group

pytestmark = [pytest.mark.django_db, pytest.mark.core]


@pytest.fixture(autouse=True)
def unhurried(settings: Any) -> None:
    settings.CHAT = {"FLOOD_RATE": None, "ERASURE_DELAY": 0}


@contextmanager
def exported(user: Any) -> Iterator[ZipFile]:
    export_request(acting_user=user, user_id=user.pk)
    list(exports_build())
    export = DataExport.objects.filter(user=user).latest("created_at")
    with export_find(acting_user=user, export_id=export.pk).file.open() as file, ZipFile(file) as archive:
        assert archive.testzip() is None
        yield archive


def _all(archive: ZipFile) -> dict[str, str]:
    return {name: archive.read(name).decode() for name in archive.namelist()}


def _texts(archive: ZipFile, name: object) -> list[str | None]:
    messages = json.loads(archive.read(f"conversations/{name}.json"))["messages"]
    return [each["message_text"] for each in messages if each["message_type"] != "system"]


def test_everything_that_a_person_wrote_is_there() -> None:
    world = plant()
    person = world.people[Role.MEMBER]
    with exported(person) as archive:
        parts = _all(archive)

    profile = json.loads(parts["profile.json"])
    assert profile["profile"]["id"] == str(person.pk)
    said = ("settings", "drafts", "scheduled", "waiting_for_review", "blocks", "requests_to_join", "reports", "ratings")
    for name in (*said, "canned_replies"):
        assert WORD in json.dumps(profile[name]), name
    assert [each["emoji"] for each in profile["reactions"]] == ["🦉"]
    assert len(profile["votes"]) == 2
    assert len(profile["connections"]) == 1
    messages = json.loads(parts[f"conversations/{world.id}.json"])["messages"]
    assert [row["seq"] for row in messages] == list(range(1, len(messages) + 1))
    page = parts[f"conversations/{world.id}.html"]
    assert f"{WORD} two" in page
    assert f"{WORD} one" not in page, "which was edited"
    [file] = [file for row in messages for file in row["attachments"]]
    assert parts[file["url"]] == "in the file"
    assert file["name"] == f"{WORD}.txt"
    export = DataExport.objects.get()
    assert (export.state, export.done_count) == (JobState.DONE, export.total_count)


def test_only_what_a_person_sees_is_there_and_what_they_wrote_elsewhere() -> None:
    world, owner, [person] = small_group()
    world.say(owner, "seen")
    message_hide(acting_user=person, message_id=world.say(owner, "hidden by them").pk)
    message_hide(acting_user=person, message_id=world.say(person, "own and hidden").pk)
    message_delete(acting_user=owner, message_id=world.say(owner, "deleted").pk)
    left, other_owner, _ = small_group()
    member_add(acting_user=other_owner, group_id=left.id, user_id=person.pk, role=Role.MEMBER)
    left.say(other_owner, "of a group that they left")
    left.say(person, "own, of a group that they left")
    member_leave(acting_user=person, group_id=left.id)
    strange = small_group()[0]
    strange.say(strange.people[Role.OWNER], "of strangers")
    block_add(acting_user=owner, user_id=person.pk, reason="against them")
    with exported(person) as archive:
        seen, elsewhere, everything = _texts(archive, world.id), _texts(archive, "elsewhere"), _all(archive)

    assert seen == ["seen", None]
    assert sorted(filter(None, elsewhere)) == ["own and hidden", "own, of a group that they left"]
    told = "".join(everything.values())
    for word in ("hidden by them", "deleted<", "of a group that they left.", "of strangers", "against them"):
        assert word not in told.replace("own, of a group that they left", "")


def test_notes_of_the_desk_are_nobody_s_but_own_ones() -> None:
    world = make_world(GroupType.SUPPORT)
    client, staff, colleague = world.people[Role.CLIENT], world.people[Role.STAFF], world.others[Role.STAFF]
    note_send(acting_user=staff, group_id=world.id, message_text="a note")
    desk = ChatGroup.objects.get(desk_of=world.id)
    told = {}
    for name, user in (("client", client), ("staff", staff), ("colleague", colleague)):
        with exported(user) as archive:
            told[name] = "".join(_all(archive).values())

    assert [name for name in told if "a note" in told[name]] == ["staff"]
    assert [name for name in told if str(desk.pk) in told[name]] == ["staff"]


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.targets += [value or "" for name, value in attrs if name in ("href", "src", "action") or name[:2] == "on"]


def test_pages_run_nothing_and_lead_nowhere_outside() -> None:
    world, owner, [person] = small_group(name="<script>alert(1)</script>")
    evil = "<script>alert(1)</script> <img src=x onerror=alert(1)> https://example.org"
    world.say(owner, evil)
    file = upload(owner, "pay & lose #1?.txt", b"harmless")
    world.say(owner, "", attachment_ids=[file.pk])
    Attachment.objects.filter(pk=file.pk).update(name="../../etc/con.txt")
    with exported(person) as archive:
        parts = _all(archive)

    for name, text in parts.items():
        assert not name.startswith(("/", "\\"))
        assert ".." not in name
        if name.endswith(".html"):
            page = Links()
            page.feed(text)
            assert page.tags.isdisjoint({"script", "img", "iframe", "form", "object", "link"})
            for target in page.targets:
                assert target.removeprefix("../") in parts, "inside the archive"
    assert "&lt;script&gt;" in parts["index.html"]
    assert f"files/{file.pk}/_con.txt" in parts


def test_files_that_no_scanner_found_clean_or_that_are_lost_are_left_out(caplog: Any) -> None:
    world, owner, [person] = small_group()
    files = [upload(owner, f"{name}.txt", name.encode()) for name in ("good", "bad", "lost")]
    world.say(owner, "", attachment_ids=[file.pk for file in files])
    Attachment.objects.filter(pk=files[1].pk).update(scan_state=ScanState.REFUSED)
    files[2].file.storage.delete(files[2].file.name)
    with exported(person) as archive:
        names = [name for name in archive.namelist() if name.startswith("files/")]

    assert names == [f"files/{files[0].pk}/good.txt"]
    assert "lost a file" in caplog.text


def test_one_at_a_time_and_the_next_one_replaces_it() -> None:
    person, moderator = make_person(), make_person()
    first = export_request(acting_user=person, user_id=person.pk)
    with pytest.raises(Conflict) as refused:
        export_request(acting_user=moderator, user_id=person.pk)
    assert refused.value.code == "export_open"
    with pytest.raises(Conflict) as early:
        export_find(acting_user=person, export_id=first.pk)
    assert early.value.code == "export_not_ready"
    list(exports_build())

    second = export_request(acting_user=moderator, user_id=person.pk)
    assert export_find(acting_user=person, export_id=first.pk).pk == first.pk
    list(exports_build())

    with pytest.raises(NotFound):
        export_find(acting_user=person, export_id=first.pk)
    with pytest.raises(NotFound):
        export_find(acting_user=moderator, export_id=second.pk)
    [act] = AuditEntry.objects.all()
    assert (act.action, act.actor_id, act.target_id) == (
        AuditAction.EXPORT_REQUESTED,
        moderator.pk,
        str(second.pk),
    )
    assert list(exports_expire()) == [first.pk]
    assert len(stored()) == 1


def test_export_is_removed_when_its_time_is_over() -> None:
    person = make_person()
    export = export_request(acting_user=person, user_id=person.pk)
    list(exports_build())
    assert list(exports_expire()) == []
    kept_until = DataExport.objects.get().expires_at
    assert kept_until is not None
    assert timedelta(days=6) < kept_until - timezone.now() <= timedelta(days=7)

    DataExport.objects.update(expires_at=timezone.now())

    with pytest.raises(NotFound):
        export_find(acting_user=person, export_id=export.pk)
    assert list(exports_expire()) == [export.pk]
    assert (stored(), DataExport.objects.count()) == (set(), 0)


def test_export_that_is_stopped_is_begun_anew() -> None:
    world, owner, _ = small_group()
    world.say(owner)
    export_request(acting_user=owner, user_id=owner.pk)
    steps = exports_build()
    next(steps)
    assert list(exports_build()) == [], "another worker leaves it alone"
    steps.close()

    assert sum(exports_build()) > 0
    assert DataExport.objects.get().state == JobState.DONE
    assert len(stored()) == 1


def test_export_that_fails_rests_and_is_tried_again(monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    person = make_person()
    export_request(acting_user=person, user_id=person.pk)
    with monkeypatch.context() as patch:
        patch.setattr("chat.exports.building.export_keep", lambda *_: 1 / 0)
        list(exports_build())
    assert "will be tried again" in caplog.text
    assert list(exports_build()) == []
    assert DataExport.objects.get().state == JobState.RUNNING

    DataExport.objects.update(retry_at=timezone.now())
    list(exports_build())
    assert DataExport.objects.get().state == JobState.DONE


def test_export_then_erase_then_recount() -> None:
    world = plant()
    owner, person = world.people[Role.OWNER], world.people[Role.MEMBER]
    with exported(owner) as archive:
        before = _texts(archive, world.id)
    with exported(person) as archive:
        assert any(WORD in text for text in _all(archive).values())
    erasure_request(acting_user=person, user_id=person.pk)
    list(erasures_run())
    list(exports_expire())

    with exported(owner) as archive:
        after, parts = _texts(archive, world.id), _all(archive)

    assert len(after) == len(before)
    assert [text for text in after if text] == ["who?"]
    assert not any(WORD in text for text in parts.values())
    with exported(person) as archive:
        assert not any(WORD in text for text in _all(archive).values())
    assert DataExport.objects.filter(user=person).count() == 1


def test_export_whose_request_is_gone_is_not_kept() -> None:
    user = make_person()
    export = export_request(acting_user=user, user_id=user.pk)
    before = stored()
    DataExport.objects.filter(pk=export.pk).delete()
    export_keep(export, BytesIO(b"an archive"))
    assert stored() == before


def test_export_without_a_file_expires_like_others() -> None:
    user = make_person()
    with exported(user):
        pass
    DataExport.objects.update(file="", expires_at=timezone.now() - timedelta(seconds=1))
    assert len(list(exports_expire())) == 1
    assert not DataExport.objects.exists()
