"""Staff who sign in to the admin, with chosen permissions."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from chat.models import ChatGroup, ChatGroupUser, ChatMessage

SignIn = Callable[..., Client]

READ_ALL = ("view_chatgroup", "view_chatgroupuser", "view_chatmessage")


@pytest.fixture
def sign_in(make_user: Callable[..., Any]) -> SignIn:
    """Return a client signed in as a member of staff who holds just these permissions of chat."""

    def as_staff(*codenames: str, is_staff: bool = True) -> Client:
        user = make_user(is_staff=is_staff)
        user.user_permissions.set(Permission.objects.filter(content_type__app_label="chat", codename__in=codenames))
        client = Client()
        client.force_login(user)
        return client

    return as_staff


@pytest.fixture
def reader(sign_in: SignIn) -> Client:
    """Return a client that may read everything of chat."""
    # Django keeps these for the life of the process; budgets must not depend on which test came first.
    ContentType.objects.get_for_models(ChatGroup, ChatGroupUser, ChatMessage)
    return sign_in(*READ_ALL)
