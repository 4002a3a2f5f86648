"""What no service of chat can make: the host's people."""

from typing import Any

from django.conf import settings
from factory.declarations import LazyAttribute, Sequence
from factory.django import DjangoModelFactory

PASSWORD = "correct horse battery staple"
LETTERS = str.maketrans("0123456789", "bcdfghjklm")
"""For the digits of a number: what is looked for by somebody's key, or by a word, is in nobody's made-up name."""


class UserFactory(DjangoModelFactory[Any]):
    """A user of whatever model the host has; ``name`` becomes user name or e-mail address."""

    class Meta:
        model = settings.AUTH_USER_MODEL

    name = Sequence(lambda n: f"person{n}".translate(LETTERS))
    email = LazyAttribute(lambda user: f"{user.name}@example.org")
    password = PASSWORD

    @classmethod
    def _create(cls, model_class: type[Any], *args: Any, name: str, **fields: Any) -> Any:
        if model_class.USERNAME_FIELD != "email":
            fields[model_class.USERNAME_FIELD] = name
        return model_class.objects.create_user(*args, **fields)
