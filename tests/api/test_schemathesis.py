"""Requests made up from the committed description get the answers that it describes."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase
from pytest_django import Settings
from rest_framework_simplejwt.tokens import RefreshToken
from schemathesis.checks import negative_data_rejection, positive_data_acceptance
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import TestPhase

from chat.api.throttling import RATES
from chat.roles import GroupType, Role
from chatproject.wsgi import application
from tests.api.addresses import address_ids
from tests.api.contract import PREFIX, contract
from tests.services.worlds import make_world

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def _served(environ: Any, start_response: Any) -> list[bytes]:
    """Close what was answered, as servers do; the client that asks here does not."""
    with closing(application(environ, start_response)) as answer:
        return list(answer)


schema = schemathesis.openapi.from_dict(contract()).include(path_regex=f"^{PREFIX}")
schema.app = _served
# What the description itself makes up (each bound, each wrong type) is a minute's work, and much of it stands in the
# table of bad input.
schema.config.phases.coverage.enabled = hypothesis.settings.default.max_examples > 100
schema.config.phases.coverage.unexpected_methods = {"put"}  # one stands for all


@pytest.fixture(scope="module")
def made_ids(shared_rows: None) -> dict[str, str]:
    """Make a group; return what replaces made-up ids, and its owner's token."""
    world = make_world(GroupType.GROUP)
    owner = world.people[Role.OWNER]
    ids = address_ids(world, owner, world.people[Role.MEMBER])
    token = RefreshToken.for_user(owner).access_token
    return {name: str(value) for name, value in (ids | {"emoji": "👍", "token": token}).items()}


@pytest.fixture
def owner_ids(made_ids: dict[str, str], settings: Settings, db: None) -> Iterator[dict[str, str]]:
    """Yield the ids; no request is limited, and the test's connection stays open."""
    settings.CHAT = {"THROTTLE_RATES": dict.fromkeys(RATES)}
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield made_ids
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@schema.parametrize()
@hypothesis.settings(
    max_examples=hypothesis.settings.default.max_examples // 4,
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_made_up_request_gets_a_described_answer(case: Any, owner_ids: dict[str, str]) -> None:
    phase = case.meta.phase
    if phase.name == TestPhase.COVERAGE and phase.data.parameter_location == ParameterLocation.PATH:
        return  # an id that cannot be, where another stands: the table of bad input has these
    case.path_parameters = {name: owner_ids[name] for name in case.path_parameters or {}}
    case.headers = {name: value for name, value in (case.headers or {}).items() if name != "Authorization"}
    token = {"Authorization": f"Bearer {owner_ids['token']}"}
    # Which people exist, and which fields belong to which type of group, a description cannot say.
    unsaid = [positive_data_acceptance]
    query, described = case.query or {}, {parameter.name for parameter in case.operation.query}
    if query.keys() - described or "" in query.values():
        unsaid.append(negative_data_rejection)  # empty filters are those of an empty form; unknown ones are passed over
    with transaction.atomic():
        case.call_and_validate(headers=token, excluded_checks=unsaid)
        transaction.set_rollback(True)
