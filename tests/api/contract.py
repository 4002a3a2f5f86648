"""Hold every answer that a test gets against docs/openapi.yaml."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

FILE = Path(__file__).parents[2] / "docs" / "openapi.yaml"
PREFIX = "/api/chat/"


@cache
def contract() -> dict[str, Any]:
    spec: dict[str, Any] = yaml.load(FILE.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return spec


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    """Return method, path and description of every operation of the native API."""
    return [
        (method, path, operation)
        for path, item in contract()["paths"].items()
        if path.startswith(PREFIX)
        for method, operation in item.items()
    ]


def require_described(response: Any) -> None:
    """Fail unless the answer has a documented status and the documented shape."""
    route = "/" + re.sub(r"<([a-z_]+)>", r"{\1}", response.resolver_match.route)
    method = response.request["REQUEST_METHOD"].lower()
    operation = contract()["paths"][route].get(method)
    assert operation is not None or response.status_code == 405, f"{method} {route} is not described"
    if operation is None:
        return
    described = operation["responses"].get(str(response.status_code))
    assert described is not None, f"{method} {route} does not say that it answers {response.status_code}"
    content = described.get("content", {}).get("application/json")
    if content is None:
        assert response.streaming or not response.content
    else:
        validator(content["schema"]).validate(response.json())


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator(schema | {"components": contract()["components"]})
