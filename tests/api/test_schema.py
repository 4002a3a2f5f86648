"""The committed API description is what the code says, and says enough."""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from tests.api.contract import PREFIX, contract, operations, validator

OPERATIONS = [pytest.param(operation, id=f"{method} {path}") for method, path, operation in operations()]


def test_description_is_openapi_3_1() -> None:
    assert contract()["openapi"].startswith("3.1")


def test_every_operation_of_the_site_has_a_summary_and_says_how_it_fails() -> None:
    for path, item in contract()["paths"].items():
        for method, operation in item.items():
            assert operation["summary"], (method, path)
            assert {"401"} <= operation["responses"].keys(), (method, path)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_operation_has_errors_and_an_example(operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    assert {"401", "429"} <= responses.keys()
    if "requestBody" in operation:
        assert {"400", "413", "415"} <= responses.keys()
        assert all("examples" in content for content in operation["requestBody"]["content"].values())
    assert (
        "204" in responses
        or _is_file(responses.get("200", {}))
        or any("examples" in _json(responses[status]) for status in ("200", "201", "202") if status in responses)
    )
    # What is wrong with a range is said by a header alone.
    assert all("examples" in _json(responses[status]) for status in responses if status >= "400" and status != "416")


@pytest.mark.parametrize("operation", OPERATIONS)
def test_examples_are_what_they_are_examples_of(operation: dict[str, Any]) -> None:
    contents = [_json(response) for response in operation["responses"].values()]
    if "requestBody" in operation:
        contents.extend(operation["requestBody"]["content"].values())
    for content in contents:
        for example in content.get("examples", {}).values():
            validator(content["schema"]).validate(example["value"])


def test_every_address_of_the_api_is_described() -> None:
    from chat.urls import urlpatterns  # noqa: PLC0415 (after the host is set up)

    routes = set(_addresses(PREFIX, urlpatterns))
    assert routes == {path for _, path, _ in operations()}


def _addresses(prefix: str, patterns: Iterable[Any]) -> Iterator[str]:
    for route in patterns:
        address = prefix + str(route.pattern).replace("<", "{").replace(">", "}")
        yield from _addresses(address, route.url_patterns) if hasattr(route, "url_patterns") else (address,)


def _is_file(response: dict[str, Any]) -> bool:
    """Return whether the answer is bytes of any type: nothing there to show an example of."""
    return list(response.get("content", ())) == ["*/*"]


def _json(part: dict[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = part.get("content", {}).get("application/json", {})
    return content
