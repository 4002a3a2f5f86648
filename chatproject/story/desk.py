"""The support desk: an auth.Group whose members serve requests and may read chat in the admin; its hours and words."""

from collections.abc import Mapping
from datetime import date, time

from django.contrib.auth.models import Group as AuthGroup
from django.contrib.auth.models import Permission, User
from django.db.models.functions import Now

from chat.models import BusinessHours, CannedReply, Holiday, OpeningInterval
from chat.services.support.canned import canned_create
from chat.services.support.hours import hours_changed
from chatproject.demo import PEOPLE

NAME = "Support desk"
PERMISSIONS = (
    "support_staff",
    "view_chatgroup",
    "view_chatgroupuser",
    "view_chatmessage",
    "view_report",
    "change_report",
    "view_heldmessage",
    "change_heldmessage",
    "view_supportrequest",
    *(f"{verb}_{model}" for model in ("cannedreply", "supporttag") for verb in ("add", "change", "delete", "view")),
)
WORDS = {
    "hello": "Hello {{client_name}}, this is {{staff_name}} of Meskerem House. How can I help?",
    "opening": "The house is open from Monday to Saturday, 9:00 to 18:00.",
    "bye": "You are welcome, {{client_name}}! Say if there is anything else.",
}
AWAY = "Nobody is at the desk right now. We are back at half past eight, and answer in the order of your messages."
MORNING, AFTERNOON = (time(8, 30), time(12, 30)), (time(13, 30), time(17, 30))
WEEK = [[MORNING, AFTERNOON]] * 5 + [[MORNING]]


def desk_open(people: Mapping[str, User]) -> None:
    """Make the desk and put the staff behind it, unless it is there."""
    desk, created = AuthGroup.objects.get_or_create(name=NAME)
    if created:
        desk.permissions.set(Permission.objects.filter(content_type__app_label="chat", codename__in=PERMISSIONS))
        desk.user_set.set(people[person.username] for person in PEOPLE if person.role == "staff")


def desk_furnish(people: Mapping[str, User]) -> None:
    """Give the desk hours, holidays and words, unless it has hours. After the story, which takes place at any hour."""
    hours, created = BusinessHours.objects.get_or_create(
        defaults={"time_zone": "Africa/Addis_Ababa", "away_message": AWAY}
    )
    if not created:
        return
    OpeningInterval.objects.bulk_create(
        OpeningInterval(hours=hours, weekday=day, opens=opens, closes=closes)
        for day, times_of_day in enumerate(WEEK)
        for opens, closes in times_of_day
    )
    Holiday.objects.create(hours=hours, date=date(2026, 9, 11), name="Enkutatash")
    times = {"created_at": Now(), "changed_at": Now()}
    CannedReply.objects.bulk_create(CannedReply(name=name, text=text, **times) for name, text in WORDS.items())
    canned_create(acting_user=people["eli"], name="coffee", text="I look it up over a coffee, {{client_name}}.")
    hours_changed(hours)
