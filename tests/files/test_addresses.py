"""Addresses of files."""

from typing import Any
from uuid import UUID

import pytest
from django.test.utils import override_script_prefix
from django.urls import NoReverseMatch

from chat.files.addresses import Addresses

KEY = str(UUID(int=7))


def test_addresses_follow_the_prefix_and_the_urls_of_the_request(settings: Any) -> None:
    assert _of_file() == f"/api/chat/files/{KEY}/"
    with override_script_prefix("/app/"):
        assert _of_file() == f"/app/api/chat/files/{KEY}/"
    assert _of_file() == f"/api/chat/files/{KEY}/"
    settings.ROOT_URLCONF = "tests.compat.astegni.urls"
    with pytest.raises(NoReverseMatch):
        _of_file()


def _of_file() -> str:
    return Addresses.here().of_file(KEY)
