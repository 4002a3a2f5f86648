"""Messages of other things than text: places, GIFs, and one kind at most."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from pytest_django import Settings

from chat.adapter import ChatAdapter, Gif
from chat.exceptions import InvalidInput, KeyReused, NotFound
from chat.models import ChatMessage
from chat.services.gifs import gif_search
from chat.services.messages import Sent, message_send
from tests.services.worlds import World, everything, small_group

pytestmark = pytest.mark.django_db

GIFS = {
    "cat": Gif("cat", "https://gifs.example.org/cat.gif", "https://gifs.example.org/cat.webp", 480, 270),
    "bare": Gif("bare", "https://gifs.example.org/bare.gif"),
    "plain http": Gif("plain http", "http://gifs.example.org/cat.gif"),
    "script": Gif("script", "javascript:alert(1)"),
    "data": Gif("data", "data:image/gif;base64,R0lG"),
    "bad preview": Gif("bad preview", "https://gifs.example.org/a.gif", "http://gifs.example.org/a.gif"),
    "long": Gif("long", "https://gifs.example.org/" + "a" * 2000),
    "blank inside": Gif("blank inside", "https://gifs.example.org/a b"),
}
SHOWABLE = ["cat", "bare"]


class GifAdapter(ChatAdapter):
    gif_provider = "example"

    def gif_search(self, user: Any, text: str) -> list[Gif]:  # noqa: ARG002 (as the hook)
        return list(GIFS.values())

    def gif(self, user: Any, gif_id: str) -> Gif | None:  # noqa: ARG002
        return GIFS.get(gif_id)


@pytest.fixture
def with_gifs(settings: Settings) -> None:
    settings.CHAT = {"ADAPTER": f"{__name__}.GifAdapter"}


@pytest.fixture
def world() -> World:
    return small_group()[0]


def send(world: World, client_id: UUID | None = None, **content: Any) -> Sent:
    return message_send(acting_user=world.people["owner"], group_id=world.id, client_id=client_id, **content)


def kept(sent: Sent) -> Any:
    row = ChatMessage.objects.get(pk=sent.message.pk)
    return row.message_type, row.message_text, row.metadata


def test_location_is_kept_as_given(world: World) -> None:
    place = {"latitude": 9.0300001, "longitude": -38.74, "name": "Meskerem House"}
    assert kept(send(world, location=place)) == ("location", None, {"location": place})
    assert kept(send(world, location={"latitude": 90, "longitude": -180}, message_text="Pole")) == (
        "location",
        "Pole",
        {"location": {"latitude": 90.0, "longitude": -180.0, "name": None}},
    )


def test_degrees_are_kept_to_a_centimetre(world: World) -> None:
    sent = send(world, location={"latitude": 1.23456789012345, "longitude": -1e-300})

    assert kept(sent)[2] == {"location": {"latitude": 1.2345679, "longitude": 0.0, "name": None}}
    assert "-0.0" not in str(kept(sent))


@pytest.mark.parametrize("field", ["latitude", "longitude"])
@pytest.mark.parametrize("value", [181, -180.0001, float("nan"), float("inf"), -float("inf"), 10**400, True, "9", None])
def test_place_that_is_not_on_the_globe_is_refused(world: World, field: str, value: Any) -> None:
    before = everything()

    with pytest.raises(InvalidInput) as refused:
        send(world, location={"latitude": 0, "longitude": 0} | {field: value})

    assert (refused.value.code, refused.value.field) == ("invalid", "location")
    assert everything() == before


@pytest.mark.parametrize("name", ["x" * 256, "a\x00b", "\ud800", 5])
def test_name_of_a_place_is_text(world: World, name: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        send(world, location={"latitude": 0, "longitude": 0, "name": name})

    assert refused.value.field == "location"


def test_without_a_provider_there_are_no_gifs(world: World) -> None:
    before = everything()

    with pytest.raises(InvalidInput) as refused:
        send(world, gif={"id": "cat"})
    assert (refused.value.code, refused.value.field) == ("no_gif_provider", "gif")
    with pytest.raises(NotFound) as missing:
        gif_search(acting_user=world.people["owner"], text="cat")
    assert missing.value.code == "no_gif_provider"
    assert everything() == before
    assert ChatAdapter().gif_search(None, "cat") == []
    assert ChatAdapter().gif(None, "cat") is None


@pytest.mark.usefixtures("with_gifs")
def test_gif_is_what_the_provider_says(world: World) -> None:
    assert kept(send(world, gif={"id": "cat", "url": "https://evil.example.org/"}, message_text="Look")) == (
        "gif",
        "Look",
        {
            "gif": {
                "url": "https://gifs.example.org/cat.gif",
                "preview_url": "https://gifs.example.org/cat.webp",
                "width": 480,
                "height": 270,
                "provider": "example",
            }
        },
    )


@pytest.mark.usefixtures("with_gifs")
def test_gif_whose_address_cannot_be_shown_is_neither_found_nor_sent(world: World) -> None:
    assert [gif.id for gif in gif_search(acting_user=world.people["owner"], text="x")] == SHOWABLE
    before = everything()
    for gif_id in {*GIFS, "unknown", ""} - {*SHOWABLE}:
        with pytest.raises(InvalidInput) as refused:
            send(world, gif={"id": gif_id})
        assert (refused.value.code, refused.value.field) == ("unknown_gif", "gif")
    assert everything() == before


@pytest.mark.usefixtures("with_gifs")
def test_gif_is_sent_once_though_its_address_changes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client_id = uuid4()
    first = send(world, client_id, gif={"id": "cat"})
    monkeypatch.setitem(GIFS, "cat", Gif("cat", "https://other.example.org/cat.gif"))

    again = send(world, client_id, gif={"id": "cat"})

    assert (again.created, again.message.pk) == (False, first.message.pk)
    for other in ({"gif": {"id": "bare"}}, {"gif": {"id": "cat"}, "message_text": "x"}, {"message_text": "x"}):
        with pytest.raises(KeyReused):
            send(world, client_id, **other)


def test_other_content_under_a_client_id_is_refused(world: World) -> None:
    client_id, place = uuid4(), {"latitude": 1, "longitude": 2}
    first = send(world, client_id, location=place)
    assert send(world, client_id, location=place).message.pk == first.message.pk

    for other in (
        {"location": place | {"name": "x"}},
        {"location": place, "message_text": "x"},
        {"poll": {"options": ["a", "b"]}, "message_text": "x"},
    ):
        with pytest.raises(KeyReused):
            send(world, client_id, **other)


@pytest.mark.parametrize(
    ("content", "second"),
    [
        ({"poll": {}, "location": {}}, "location"),
        ({"location": {}, "gif": {}}, "gif"),
        ({"attachment_ids": [uuid4()], "poll": {}}, "poll"),
        ({"attachment_ids": [uuid4()], "gif": {}, "location": {}}, "gif"),
    ],
)
def test_two_kinds_at_once_are_refused_by_the_second(world: World, content: dict[str, Any], second: str) -> None:
    before = everything()

    with pytest.raises(InvalidInput) as refused:
        send(world, message_text="x", **content)

    assert (refused.value.code, refused.value.field) == ("exclusive", second)
    assert everything() == before


def test_message_of_nothing_is_refused(world: World) -> None:
    for nothing in ({}, {"poll": None, "location": None, "gif": None, "attachment_ids": ()}, {"message_text": " "}):
        with pytest.raises(InvalidInput) as refused:
            send(world, **nothing)
        assert refused.value.field == "message_text"
