"""Addresses of the admin's pages, and what a person reads on them."""

import re
from html import unescape
from typing import Any

from django.db.models import Model
from django.test import Client
from django.urls import reverse


def list_url(model: type[Model], **query: object) -> str:
    name = f"admin:chat_{model._meta.model_name}_changelist"
    return reverse(name, query={key: str(value) for key, value in query.items()})


def page_url(obj: Model, page: str = "change") -> str:
    return reverse(f"admin:chat_{obj._meta.model_name}_{page}", args=[obj.pk])


def rows(client: Client, model: type[Model], **query: object) -> list[Any]:
    """Return the objects that a list shows."""
    response = client.get(list_url(model, **query))
    assert response.status_code == 200, response.get("Location")
    return list(response.context["cl"].result_list)


def text_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    content = response.content.decode().partition('id="content"')[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", content)).split())
