"""A token that was verified a moment ago is believed for a while, and no longer than it is good."""

from datetime import timedelta
from typing import Any

import pytest
from rest_framework_simplejwt.exceptions import InvalidToken, TokenError
from rest_framework_simplejwt.tokens import AccessToken

from chat.api import verified
from chat.api.verified import VerifiedTokens
from chat.services.groups import group_start
from tests.api.conftest import Call
from tests.services.worlds import make_person


class Watched:
    """What looks at everything, and how often it was asked."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, raw: bytes) -> AccessToken:
        self.times += 1
        try:
            return AccessToken(raw)  # type: ignore[arg-type]
        except TokenError as error:
            raise InvalidToken from error


def _raw(**claims: object) -> bytes:
    token = AccessToken()
    token.payload |= claims
    return str(token).encode()


def test_signature_is_looked_at_once_in_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens, verify, raw = VerifiedTokens(), Watched(), _raw(user_id="7")
    now = 1000.0
    monkeypatch.setattr(verified, "monotonic", lambda: now)
    first, second = tokens.token(raw, verify), tokens.token(raw, verify)
    assert (first.payload, first.token) == (second.payload, second.token)
    assert verify.times == 1
    now += verified.SECONDS
    tokens.token(raw, verify)
    assert verify.times == 2


def test_changed_settings_end_what_was_believed(settings: Any) -> None:
    tokens, verify, raw = verified.verified_tokens, Watched(), _raw(user_id="7")
    for _ in range(2):
        tokens.token(raw, verify)
    settings.SIMPLE_JWT = settings.SIMPLE_JWT | {"LEEWAY": 1}
    tokens.token(raw, verify)
    assert verify.times == 2


def test_whoever_gets_a_token_may_change_it() -> None:
    tokens, verify, raw = VerifiedTokens(), Watched(), _raw(user_id="7")
    for _ in range(3):
        token = tokens.token(raw, verify)
        assert token["user_id"] == "7"
        token["user_id"] = "8"


def test_other_bytes_are_another_token() -> None:
    tokens, verify, raw = VerifiedTokens(), Watched(), _raw(user_id="7")
    tokens.token(raw, verify)
    head, claims, _ = raw.split(b".")
    for forged in (raw + b"x", raw[:-1], b".".join([head, claims, _raw(user_id="8").split(b".")[2]])):
        with pytest.raises(InvalidToken):
            tokens.token(forged, verify)


def test_token_that_is_over_meanwhile_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens, raw = VerifiedTokens(), _raw(user_id="7")
    tokens.token(raw, AccessToken)  # type: ignore[arg-type]
    later = verified.aware_utcnow() + timedelta(days=400)
    monkeypatch.setattr(verified, "aware_utcnow", lambda: later)

    def refuse(_raw: bytes) -> AccessToken:
        raise InvalidToken

    with pytest.raises(InvalidToken):
        tokens.token(raw, refuse)


def test_what_its_class_asks_is_asked_each_time() -> None:
    ended: set[str] = set()

    class Listed(AccessToken):
        """As a token that its host can put on a list."""

        def verify(self) -> None:
            super().verify()
            if self["jti"] in ended:
                raise TokenError

    tokens, raw = VerifiedTokens(), _raw(user_id="7")
    token = tokens.token(raw, Listed)  # type: ignore[arg-type]
    ended.add(token["jti"])
    with pytest.raises(TokenError):
        tokens.token(raw, Listed)  # type: ignore[arg-type]


def test_only_so_many_are_kept_and_none_as_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verified, "KEPT_AT_MOST", 2)
    tokens, verify = VerifiedTokens(), Watched()
    raws = [_raw(user_id=str(number)) for number in range(3)]
    for raw in (*raws, raws[2], raws[1], raws[0]):
        tokens.token(raw, verify)
    assert verify.times == 4
    kept: Any = tokens._kept
    assert len(kept) == 2
    assert not any(raw in repr(vars(token)).encode() for _, token in kept.values() for raw in raws)


@pytest.mark.core
@pytest.mark.django_db
def test_account_is_looked_at_each_time(api: Call) -> None:
    idle, changed, deleted = make_person(), make_person(), make_person()
    callers = {code: api(user) for user, code in ((idle, "user_inactive"), (changed, "password_changed"))}
    callers["user_not_found"] = api(deleted)
    group = group_start(acting_user=idle, member_ids=[changed.pk, deleted.pk]).group
    for caller in callers.values():
        caller.ok("get", "unread/")
    type(idle).objects.filter(pk=idle.pk).update(is_active=False)
    changed.set_password("another one entirely")
    changed.save()
    deleted.delete()
    for code, caller in callers.items():
        for refused in (caller.get("unread/"), caller.get(f"groups/{group.pk}/messages/"), caller.send(group.pk)):
            assert (refused.status_code, refused.json()["code"]) == (401, code)
