"""Starting, changing and deleting groups."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from pytest_django import Settings

from chat.adapter import ChatAdapter
from chat.events import GroupCreated, GroupDeleted, GroupUpdated
from chat.exceptions import InvalidInput, NotAllowed, NotFound
from chat.models import ChatGroup, ChatGroupUser, ChatMessage
from chat.roles import GroupType, HistoryVisibility, Posting, Role
from chat.services.groups import group_delete, group_start, group_update, peer_start, support_start
from chat.services.members import member_add, member_remove
from chat.services.reads import read_advance
from chat.services.states import history_clear, state_set
from chat.services.tombstones import message_delete, message_restore
from tests.services.conftest import Hearing, but_lines
from tests.services.worlds import everything, make_person, make_staff, make_world, small_group

pytestmark = [pytest.mark.django_db, pytest.mark.core]

MISSING_IDS: dict[str, Any] = {"AutoField": 10**9, "BigAutoField": 10**9}


def _nobody(person: Any) -> Any:
    """Return a key that no user has."""
    return MISSING_IDS.get(person._meta.pk.get_internal_type()) or uuid4()


def _roles(group: ChatGroup) -> dict[Any, str]:
    return dict(ChatGroupUser.objects.live().filter(group=group).values_list("user_id", "role"))


class TenantAdapter(ChatAdapter):
    """Tenants by the first letter of the e-mail address; people who are not active are found all the same."""

    def scope_of(self, user: Any) -> str:
        return str(user.email[0])

    def findable_by(self, user: Any) -> Any:
        return type(user)._default_manager.all()


@pytest.fixture
def tenants(settings: Settings) -> None:
    settings.CHAT = {"ADAPTER": f"{__name__}.TenantAdapter"}


class TestGroup:
    def test_start_makes_the_group_and_its_members(self, hearing: Hearing) -> None:
        owner, one, two = make_person(), make_person(), make_person()
        with hearing() as heard:
            started = group_start(
                acting_user=owner,
                member_ids=[two.pk, one.pk, two.pk, owner.pk],
                name="Team",
                description="",
                posting=Posting.ADMINS,
                history_visibility=HistoryVisibility.START,
            )

        group = ChatGroup.objects.get(pk=started.group.pk)
        assert started.created
        assert (group.group_type, group.name, group.posting) == (GroupType.GROUP, "Team", Posting.ADMINS)
        assert (group.created_by_id, group.client_user_id, group.peer_key) == (owner.pk, None, None)
        assert _roles(group) == {owner.pk: Role.OWNER, one.pk: Role.MEMBER, two.pk: Role.MEMBER}
        memberships = ChatGroupUser.objects.filter(group=group).order_by("version")
        assert [row.version for row in memberships] == [1, 2, 3]
        assert all(row.floor_version == row.version for row in memberships)
        assert {(row.visible_from_seq, row.read_seq, row.unread_from_seq) for row in memberships} == {(1, 0, 0)}
        assert (group.version, group.last_seq, group.last_message_at) == (3, 0, None)
        assert heard == [GroupCreated(group_id=group.pk, version=3, actor_id=owner.pk)]

    def test_history_is_from_joining_unless_said_otherwise(self) -> None:
        assert group_start(acting_user=make_person()).group.history_visibility == HistoryVisibility.JOINED

    @pytest.mark.parametrize(
        ("field", "value", "code"),
        [
            ("name", "", "blank"),
            ("name", "  ", "blank"),
            ("name", "x" * 256, "max_length"),
            ("name", 5, "invalid"),
            ("name", "\x00", "null_characters_not_allowed"),
            ("description", "x" * 2001, "max_length"),
            ("description", None, "invalid"),
            ("posting", "nobody", "invalid_choice"),
            ("posting", ["admins"], "invalid_choice"),
            ("history_visibility", "never", "invalid_choice"),
        ],
    )
    def test_wrong_input_names_its_field(self, field: str, value: object, code: str) -> None:
        world, owner, _ = small_group()
        before = everything()
        with pytest.raises(InvalidInput) as refused_start:
            group_start(**{"acting_user": owner} | {field: value})
        with pytest.raises(InvalidInput) as refused_update:
            group_update(**{"acting_user": owner, "group_id": world.id} | {field: value})

        for refused in (refused_start, refused_update):
            assert (refused.value.field, refused.value.code) == (field, code)
        assert everything() == before

    def test_people_who_cannot_be_found_look_like_nobody(self) -> None:
        owner, hidden = make_person(), make_person(is_active=False)
        errors = []
        for user_id in (hidden.pk, _nobody(owner)):
            with pytest.raises(InvalidInput) as refused:
                group_start(acting_user=owner, member_ids=[user_id])
            errors.append((refused.value.code, refused.value.field, str(refused.value.detail)))

        assert len(set(errors)) == 1
        assert errors[0][:2] == ("unknown_user", "member_ids")
        assert not ChatGroup.objects.exists()

    def test_too_many_people_are_refused(self, settings: Settings) -> None:
        settings.CHAT = {"GROUP_MAX_MEMBERS": 3}
        owner, *people = (make_person() for _ in range(4))
        group_start(acting_user=owner, member_ids=[person.pk for person in people[:2]])
        with pytest.raises(InvalidInput) as refused:
            group_start(acting_user=owner, member_ids=[person.pk for person in people])

        assert (refused.value.code, refused.value.field) == ("group_full", "member_ids")
        assert ChatGroup.objects.count() == 1

    def test_update_takes_one_version_and_only_for_a_difference(self, hearing: Hearing) -> None:
        world, owner, _ = small_group(name="Old")
        start = ChatGroup.objects.get(pk=world.id).version
        memberships = list(ChatGroupUser.objects.order_by("pk").values())
        with hearing() as heard:
            group_update(acting_user=owner, group_id=world.id, name="New", description="What for")
            group_update(acting_user=owner, group_id=world.id, name="New", posting=Posting.EVERYONE)
            group_update(acting_user=owner, group_id=world.id)

        group = ChatGroup.objects.get(pk=world.id)
        assert (group.name, group.description, group.version) == ("New", "What for", start + 3)
        assert group.changed_at > group.created_at
        assert but_lines(heard) == [GroupUpdated(group_id=world.id, version=start + 1, actor_id=owner.pk)]
        assert list(ChatGroupUser.objects.order_by("pk").values()) == memberships

    def test_name_can_be_taken_away(self) -> None:
        world, owner, _ = small_group(name="Old")

        assert group_update(acting_user=owner, group_id=world.id, name=None).name is None

    def test_deleted_group_is_gone_for_every_service(self, hearing: Hearing) -> None:
        world, owner, [member] = small_group()
        message, deleted = world.say(owner), world.say(owner)
        message_delete(acting_user=owner, message_id=deleted.pk)
        version = ChatGroup.objects.get(pk=world.id).version
        with hearing() as heard:
            group_delete(acting_user=owner, group_id=world.id)

        assert heard == [GroupDeleted(group_id=world.id, version=version + 1, actor_id=owner.pk)]
        before, newcomer = everything(), make_person()
        at = {"acting_user": owner, "group_id": world.id}
        for refused in (
            lambda: group_update(**at, name="x"),
            lambda: group_delete(**at),
            lambda: member_add(**at, user_id=newcomer.pk, role=Role.MEMBER),
            lambda: member_remove(**at, user_id=member.pk),
            lambda: read_advance(**at, read_seq=1),
            lambda: state_set(**at, pinned=True),
            lambda: history_clear(**at),
            lambda: message_delete(acting_user=owner, message_id=message.pk),
            lambda: message_restore(acting_user=owner, message_id=deleted.pk),
        ):
            with pytest.raises(NotFound):
                refused()
        assert everything() == before
        assert not ChatGroup.objects.visible_to(owner).exists()
        assert not ChatMessage.objects.visible_to(owner).exists()
        assert not ChatGroupUser.objects.visible_to(owner).exists()
        assert not ChatGroupUser.objects.of(owner).exists()
        assert ChatMessage.objects.count() == 2, "the site's operator still has it"


class TestPeer:
    def test_one_group_for_two_people_whoever_starts(self, hearing: Hearing) -> None:
        one, two = make_person(), make_person()
        with hearing() as heard:
            first = peer_start(acting_user=one, user_id=two.pk)
            again = peer_start(acting_user=two, user_id=one.pk)

        assert (first.created, again.created) == (True, False)
        assert first.group.pk == again.group.pk
        assert _roles(first.group) == {one.pk: Role.OWNER, two.pk: Role.MEMBER}
        assert heard == [GroupCreated(group_id=first.group.pk, version=2, actor_id=one.pk)]
        assert peer_start(acting_user=one, user_id=make_person().pk).created

    def test_notes_to_oneself_have_one_owner(self) -> None:
        person = make_person()
        started = peer_start(acting_user=person, user_id=person.pk)

        assert _roles(started.group) == {person.pk: Role.OWNER}
        assert not peer_start(acting_user=person, user_id=person.pk).created

    def test_nobody_can_be_written_to_who_cannot_be_found(self) -> None:
        one, hidden = make_person(), make_person(is_active=False)
        for user_id in (hidden.pk, _nobody(one)):
            with pytest.raises(InvalidInput) as refused:
                peer_start(acting_user=one, user_id=user_id)
            assert (refused.value.code, refused.value.field) == ("unknown_user", "member_ids")

    def test_lost_race_leaves_the_callers_transaction_whole(self, monkeypatch: pytest.MonkeyPatch) -> None:
        one, two = make_person(), make_person()
        first = peer_start(acting_user=one, user_id=two.pk).group
        looks = iter([None])
        found = type(ChatGroup.objects.all()).first
        monkeypatch.setattr("chat.models.group.ChatGroupQuerySet.first", lambda rows: next(looks, found(rows)))

        with transaction.atomic():
            again = peer_start(acting_user=two, user_id=one.pk)
            assert ChatGroup.objects.filter(group_type=GroupType.PEER).count() == 1

        assert (again.group.pk, again.created) == (first.pk, False)


class TestSupport:
    def test_client_opens_their_own_request(self, hearing: Hearing) -> None:
        client, staff = make_person(), make_staff()
        with hearing() as heard:
            group = support_start(
                acting_user=client, client_user_id=client.pk, staff_ids=[staff.pk, client.pk], name="Help"
            ).group

        assert (group.group_type, group.client_user_id, group.name) == (GroupType.SUPPORT, client.pk, "Help")
        assert _roles(group) == {client.pk: Role.CLIENT, staff.pk: Role.STAFF}
        assert heard == [GroupCreated(group_id=group.pk, version=2, actor_id=client.pk)]
        assert support_start(acting_user=client, client_user_id=client.pk).group.pk != group.pk, "a new request"

    def test_staff_open_requests_for_others_and_serve_them(self) -> None:
        client, staff = make_person(), make_staff()
        group = support_start(acting_user=staff, client_user_id=client.pk, staff_ids=[client.pk]).group
        assert _roles(group) == {client.pk: Role.CLIENT, staff.pk: Role.STAFF}

        with pytest.raises(NotAllowed) as refused:
            support_start(acting_user=make_person(), client_user_id=client.pk)
        assert refused.value.code == "not_support_staff"

    def test_only_support_staff_are_staff(self) -> None:
        client, colleague = make_person(), make_person(is_staff=True)
        with pytest.raises(InvalidInput) as refused:
            support_start(acting_user=client, client_user_id=client.pk, staff_ids=[colleague.pk])
        assert (refused.value.code, refused.value.field) == ("not_support_staff", "member_ids")
        assert not ChatGroup.objects.exists()

        world = make_world(GroupType.SUPPORT)
        with pytest.raises(InvalidInput) as refused:
            member_add(acting_user=world.people[Role.STAFF], group_id=world.id, user_id=colleague.pk, role=Role.STAFF)
        assert (refused.value.code, refused.value.field) == ("not_support_staff", "user_id")

    def test_too_many_people_are_refused(self, settings: Settings) -> None:
        settings.CHAT = {"GROUP_MAX_MEMBERS": 3}
        client, *staff = (make_person(), *(make_staff() for _ in range(3)))
        support_start(acting_user=client, client_user_id=client.pk, staff_ids=[person.pk for person in staff[:2]])
        for acting_user in (client, staff[0]):
            with pytest.raises(InvalidInput) as refused:
                support_start(
                    acting_user=acting_user, client_user_id=client.pk, staff_ids=[person.pk for person in staff]
                )
            assert (refused.value.code, refused.value.field) == ("group_full", "member_ids")

        assert ChatGroup.objects.count() == 1

    def test_unknown_client_names_the_field(self) -> None:
        staff = make_staff()
        for user_id in (_nobody(staff), make_person(is_active=False).pk, None):
            with pytest.raises(InvalidInput) as refused:
                support_start(acting_user=staff, client_user_id=user_id)
            assert (refused.value.code, refused.value.field) == ("unknown_user", "client_user_id")


@pytest.mark.usefixtures("tenants")
class TestScope:
    def test_people_of_one_tenant_meet(self) -> None:
        one, two = make_person(email="a1@example.org"), make_person(email="a2@example.org")

        groups = [
            peer_start(acting_user=one, user_id=two.pk).group,
            group_start(acting_user=one, member_ids=[two.pk]).group,
        ]

        assert [group.scope for group in groups] == ["a", "a"]

    def test_group_stays_with_its_tenant_when_a_member_moves(self) -> None:
        owner, colleague = make_person(email="a1@example.org"), make_person(email="b1@example.org")
        group = group_start(acting_user=owner).group
        owner.email = "b2@example.org"
        with pytest.raises(InvalidInput) as refused:
            member_add(acting_user=owner, group_id=group.pk, user_id=colleague.pk, role=Role.MEMBER)

        assert refused.value.code == "unknown_user"

    def test_people_of_different_tenants_never_meet(self) -> None:
        one, foreign = make_staff(email="a1@example.org"), make_staff(email="b1@example.org")
        world = group_start(acting_user=one).group
        request = support_start(acting_user=one, client_user_id=make_person(email="a2@example.org").pk).group
        before = everything()
        for attempt in (
            lambda: peer_start(acting_user=one, user_id=foreign.pk),
            lambda: group_start(acting_user=one, member_ids=[foreign.pk]),
            lambda: support_start(acting_user=one, client_user_id=foreign.pk),
            lambda: support_start(acting_user=one, client_user_id=one.pk, staff_ids=[foreign.pk]),
            lambda: member_add(acting_user=one, group_id=world.pk, user_id=foreign.pk, role=Role.MEMBER),
            lambda: member_add(acting_user=one, group_id=request.pk, user_id=foreign.pk, role=Role.STAFF),
        ):
            with pytest.raises(InvalidInput) as refused:
                attempt()
            assert refused.value.code == "unknown_user"

        assert everything() == before
