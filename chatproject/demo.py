"""The people of the demo. Everybody's password is ``demo``."""

from dataclasses import dataclass
from functools import cache

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User

from chatproject.models import AdvertiserProfile, ParentProfile, StudentProfile, TutorProfile

PASSWORD = "demo"  # noqa: S105 - known to everybody: `chat_demo` runs for a demo only


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in to the demo."""

    username: str
    first_name: str
    is_staff: bool = False
    is_superuser: bool = False

    @property
    def role(self) -> str:
        """What the person is on the site, in one word."""
        if self.is_superuser:
            return "superuser"
        return "staff" if self.is_staff else "person"


PEOPLE = (
    Person("ada", "Ada"),
    Person("ben", "Ben"),
    Person("chala", "Chala"),
    Person("dina", "Dina"),
    Person("eli", "Eli", is_staff=True),
    Person("fay", "Fay", is_staff=True),
    Person("admin", "Admin", is_staff=True, is_superuser=True),
)

PROFILES = {
    StudentProfile: ("ben", "dina", "chala"),
    TutorProfile: ("chala", "ada"),
    ParentProfile: ("ada", "chala"),
    AdvertiserProfile: ("dina",),
}
"""Who has which profiles of an older chat. Each kind counts from 1, and Chala is three of them."""


def create_people() -> dict[str, User]:
    """Return the demo's people by name, making those who are missing, with their profiles; nobody is changed."""
    people = {person.username: _get_or_create(person) for person in PEOPLE}
    for model, names in PROFILES.items():
        for name in names:
            model._default_manager.get_or_create(user=people[name])
    return people


def _get_or_create(person: Person) -> User:
    user, created = User.objects.get_or_create(
        username=person.username,
        defaults={
            "first_name": person.first_name,
            "email": f"{person.username}@example.org",
            "is_staff": person.is_staff,
            "is_superuser": person.is_superuser,
        },
    )
    if created:
        user.password = _hash()
        user.save(update_fields=["password"])
    return user


@cache
def _hash() -> str:
    """Return one hash for all: hashing is slow on purpose, and here there is nothing to hide."""
    return make_password(PASSWORD)
