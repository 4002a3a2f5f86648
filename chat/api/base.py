"""What every view of the API shares. Nothing here follows the host's REST_FRAMEWORK settings."""

from collections.abc import Mapping, Sequence
from functools import cache, cached_property, lru_cache
from typing import Any
from uuid import UUID

from django.core.signals import setting_changed
from django.http import HttpRequest
from django.utils.module_loading import import_string
from drf_spectacular.openapi import AutoSchema
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.fields import empty
from rest_framework.filters import BaseFilterBackend
from rest_framework.metadata import SimpleMetadata
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.pagination import BasePagination
from rest_framework.parsers import BaseParser
from rest_framework.permissions import SAFE_METHODS
from rest_framework.renderers import BaseRenderer, BrowsableAPIRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, Serializer
from rest_framework.viewsets import GenericViewSet
from rest_framework_simplejwt.authentication import JWTAuthentication

from chat import policy
from chat.adapter import UserId, user_key
from chat.api.authentication import StrictJWTAuthentication
from chat.api.errors import ExceptionHandler, error_response
from chat.api.negotiation import PlainNegotiation
from chat.api.parsers import PARSERS
from chat.api.permissions import IsSignedIn
from chat.api.renderers import WireJSONRenderer
from chat.api.throttling import ScopeThrottle
from chat.claims import prove
from chat.conf import chat_settings
from chat.exceptions import InvalidInput, NotFound
from chat.models import ChatGroupUser
from chat.roles import Action


class NoInput(Serializer[Any]):
    """A request without a body."""


@lru_cache(maxsize=256)
def _reader(kind: type[Serializer[Any]], left_out: frozenset[str] = frozenset()) -> Serializer[Any]:
    """Return the one reader that all requests share which leave these fields out.

    DRF copies every field for each request and asks each what it makes of nothing, which costs more than reading.
    """
    reader = kind()
    for name in left_out:
        del reader.fields[name]
    return reader


@cache
def _optional(kind: type[Serializer[Any]]) -> frozenset[str]:
    """Return the fields that say nothing where they are left out."""
    fields = _reader(kind).fields.items()
    return frozenset(name for name, field in fields if not field.required and field.default is empty)


def _reader_of(kind: type[Serializer[Any]], data: object) -> Serializer[Any]:
    # What a form or a query leaves out is for each field to say.
    return _reader(kind, _optional(kind).difference(data)) if type(data) is dict else _reader(kind)


def _forget_readers(**_changed: object) -> None:
    _reader.cache_clear()  # their fields have limits and defaults from the settings
    _optional.cache_clear()


setting_changed.connect(_forget_readers)


class ChatViewSet(GenericViewSet[Any]):
    """Base of all views: who calls, how bodies are read, how errors look."""

    permission_classes = (IsSignedIn,)
    throttle_classes = (ScopeThrottle,)
    parser_classes: Sequence[type[BaseParser]] = PARSERS
    renderer_classes: Sequence[type[BaseRenderer]] = (WireJSONRenderer, BrowsableAPIRenderer)
    content_negotiation_class: type[BaseContentNegotiation] = PlainNegotiation
    metadata_class = SimpleMetadata
    versioning_class = None
    filter_backends: Sequence[type[BaseFilterBackend]] = ()
    pagination_class: type[BasePagination] | None = None
    schema = AutoSchema()

    keyset: tuple[str, ...] = ()
    """What a paged list is ordered by, see ``KeysetPagination``."""
    jwt: type[JWTAuthentication] = StrictJWTAuthentication
    """How a token signs in; routes that are asked all day read less of the user, and the membership with it."""
    for_visitors: frozenset[str] = frozenset()
    """Actions that visitors without an account may call, see ``VisitorAuthentication``."""
    inputs: Mapping[str, type[Serializer[Any]]] = {}
    """Action to what its body must be; gives the browsable API its forms."""
    scopes: Mapping[str, str] = {}
    """Action to its throttle scope, where that is neither ``read`` (safe methods) nor ``write``."""

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """Read everything as UTF-8, whatever charset the request claims."""
        request.encoding = "utf-8"
        return super().initialize_request(request, *args, **kwargs)

    def get_authenticators(self) -> list[BaseAuthentication]:
        """Return how a request may sign in, by the setting AUTHENTICATION_CLASSES."""
        classes = [import_string(path) for path in chat_settings.AUTHENTICATION_CLASSES]
        if getattr(self, "swagger_fake_view", False):  # for the schema, JWT is JWT
            return [cls() for cls in classes]
        return [self.jwt() if cls is JWTAuthentication else cls() for cls in classes]

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Let go of the answer once it is rendered: else all that it shows waits for the garbage collector."""
        response = super().finalize_response(request, response, *args, **kwargs)
        if isinstance(response, Response):  # or a file, or 304
            response.add_post_render_callback(self._let_go)
        return response

    def _let_go(self, response: Response) -> None:
        del self.response, response.renderer_context["response"]  # type: ignore[attr-defined]  # the stubs lack it

    def handle_exception(self, exc: Exception) -> Response:
        """Answer an error; to somebody whose account nobody has looked at yet, only after looking."""
        try:
            prove(self.request.user)
        except APIException as refusal:
            exc = refusal
        return super().handle_exception(exc)

    def get_exception_handler(self) -> ExceptionHandler:
        """Return what turns errors into answers."""
        return error_response

    @property
    def throttle_scope(self) -> str:
        """The scope of the present action."""
        usual = "read" if self.request.method in SAFE_METHODS else "write"
        return self.scopes.get(self.action, usual)

    def get_serializer_class(self) -> type[Serializer[Any]]:
        """Return what the body of the present request must be."""
        action = self.action_map.get((self.request.method or "").lower(), "")
        return self.inputs.get(action, NoInput)

    def get_serializer(self, *args: Any, **kwargs: Any) -> BaseSerializer[Any]:
        """Return the reader of the body; without one, the browsable API's form, filled with what is there."""
        if "data" not in kwargs and self.request.method == "PATCH" and "membership" in vars(self):
            kwargs["instance"] = self.form_of(self.membership)
        return super().get_serializer(*args, **kwargs)

    def get_object(self) -> None:
        """Say nothing of what the address names, which OPTIONS asks before it describes a PUT: services find it."""

    def form_of(self, membership: ChatGroupUser) -> object:
        """Return what a form to change something begins with."""
        return None

    def read_input(self) -> dict[str, Any]:
        """Return the checked body."""
        return self._checked(self.get_serializer_class(), self.request.data)

    def read_query(self, kind: type[Serializer[Any]]) -> dict[str, Any]:
        """Return the checked query string."""
        return self._checked(kind, self.request.query_params)

    def _checked(self, kind: type[Serializer[Any]], data: object) -> dict[str, Any]:
        try:
            return dict(_reader_of(kind, data).run_validation(data))
        except ValidationError:  # the refusal is for a reader of this request's own to word, in the caller's language
            serializer = kind(data=data, context=self.get_serializer_context())
            serializer.is_valid(raise_exception=True)
            return dict(serializer.validated_data)

    def path_uuid(self, name: str) -> UUID:
        """Return an id from the address. Raises NotFound where nothing can have such an id."""
        try:
            return UUID(self.kwargs[name])
        except ValueError:
            raise NotFound from None

    @property
    def group_id(self) -> UUID:
        """The group in the address: an id to hand to a service, or to read through ``membership``."""
        return self.path_uuid("group_id")

    @property
    def member_id(self) -> UserId:
        """The person in the address. Raises NotFound where nobody can have such an id."""
        try:
            return user_key(self.kwargs["user_id"], field="user_id")
        except InvalidInput:
            raise NotFound from None

    @cached_property
    def membership(self) -> ChatGroupUser:
        """The caller's membership of the group in the address, read once, together with the group.

        Raises NotFound for strangers and former members.
        """
        return self.load_membership()

    def load_membership(self) -> ChatGroupUser:
        """Return the membership that signing in has read, else read it with the unread count. Raises NotFound."""
        group_id = self.group_id
        membership = getattr(self.request.successful_authenticator, "membership", None)
        if membership is None:
            rows = ChatGroupUser.objects.of(self.request.user).filter(group_id=group_id)
            membership = rows.select_related("group").with_unread().first()
        if membership is None or not policy.may(membership, Action.GROUP_READ):
            raise NotFound
        return membership
