"""What no service of chat can make: the host's people."""

from typing import Any

import factory
from django.contrib.auth import get_user_model
from factory.django import DjangoModelFactory

PASSWORD = "correct horse battery staple"


class UserFactory(DjangoModelFactory):
    """A user of whatever model the host has; ``name`` becomes user name or e-mail address."""

    class Meta:
        model = get_user_model()

    name = factory.Sequence(lambda n: f"person{n}")
    email = factory.LazyAttribute(lambda user: f"{user.name}@example.org")
    password = PASSWORD

    @classmethod
    def _create(cls, model_class: type[Any], *args: Any, name: str, **fields: Any) -> Any:
        if model_class.USERNAME_FIELD != "email":
            fields[model_class.USERNAME_FIELD] = name
        return model_class.objects.create_user(*args, **fields)
