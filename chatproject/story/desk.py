"""The support desk: an auth.Group whose members serve requests and may read chat in the admin."""

from collections.abc import Mapping

from django.contrib.auth.models import Group as AuthGroup
from django.contrib.auth.models import Permission, User

from chatproject.demo import PEOPLE

NAME = "Support desk"
PERMISSIONS = ("support_staff", "view_chatgroup", "view_chatgroupuser", "view_chatmessage", "view_report", "change_report")


def desk_open(people: Mapping[str, User]) -> None:
    """Make the desk and put the staff behind it, unless it is there."""
    desk, created = AuthGroup.objects.get_or_create(name=NAME)
    if created:
        desk.permissions.set(Permission.objects.filter(content_type__app_label="chat", codename__in=PERMISSIONS))
        desk.user_set.set(people[person.username] for person in PEOPLE if person.role == "staff")
