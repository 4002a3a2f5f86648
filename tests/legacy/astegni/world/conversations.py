"""Scenes of conversations: who is in them, in which role, and what they see."""

from tests.legacy.astegni.moments import at
from tests.legacy.astegni.world.world import World


def merged_directs(world: World) -> None:
    """Ada and Ben talk under three pairs of roles; Ada cleared one, Ben left another and muted none."""
    old, cast = world.old, world.cast
    second = old.direct(at(10), cast.ada_teaching, cast.ben_learning, is_archived=True)
    first = old.direct(at(0), cast.ben, cast.ada)  # made later, begun earlier
    third = old.direct(at(20), cast.ada_mother, cast.ben)
    for name, number in (("roles 2", second), ("roles 1", first), ("roles 3", third)):
        world.name(name, number)
    for minute, conversation, who, text in (
        (1, first, cast.ben, "one"),
        (11, second, cast.ada_teaching, "two"),
        (12, first, cast.ada, "three"),
        (21, third, cast.ada_mother, "four"),
        (22, second, cast.ben_learning, "five"),
        (22, third, cast.ben, "six"),
    ):
        world.name(f"merged {text}", old.message(conversation, who, at(minute), text))
    old.change(second, cast.ada_teaching, chat_cleared_at=at(15), is_muted=True)
    old.change(first, cast.ada, is_muted=True, is_pinned=True, last_read_message_id=world["merged three"])
    old.change(third, cast.ben, is_active=False, left_at=at(21.5))


def notes(world: World) -> None:
    """Ada talks to herself, twice."""
    old, cast = world.old, world.cast
    first = world.name("notes 1", old.direct(at(0), cast.ada, cast.ada_teaching))
    second = world.name("notes 2", old.direct(at(5), cast.ada_mother, cast.ada))
    old.message(first, cast.ada, at(1), "milk")
    old.message(second, cast.ada_mother, at(6), "bread")


def odd_directs(world: World) -> None:
    """Directs with three people, and with somebody who is gone."""
    old, cast = world.old, world.cast
    three = world.name("three", old.direct(at(0), cast.ada, cast.cleo, cast.dan))
    old.message(three, cast.dan, at(1), "all three")
    for name, ghost in (("lone 1", cast.ghost), ("lone 2", cast.ghost_teaching)):
        lone = world.name(name, old.direct(at(0), cast.ada, ghost))
        world.name(f"{name} said", old.message(lone, ghost, at(1), f"{name} from nobody"))
        old.message(lone, cast.ada, at(2), f"{name} from Ada")
    nobody = world.name("nobody", old.direct(at(0), cast.ghost, cast.ghost_teaching))
    world.name("nobody said", old.message(nobody, cast.ghost, at(1), "to nobody"))
    left = world.name("left alone", old.group(at(0), cast.dan, cast.ghost, name="Left alone"))
    old.change(left, cast.dan, is_active=False, left_at=at(2))
    world.name("unseen", old.message(left, cast.ghost, at(1), "nobody living sees it"))
    world.name("unseen but known", old.message(left, cast.dan, at(1.5), "said by Dan"))


def identities(world: World) -> None:
    """A group of people whose rows do not quite say who they are."""
    old, cast = world.old, world.cast
    group = world.name("identities", old.group(at(0), cast.cleo, cast.hal, cast.ida_as_stored, cast.jon, cast.ghost))
    for name, who in (("hal", cast.hal), ("ida", cast.ida_as_stored), ("jon", cast.jon), ("ghost", cast.ghost)):
        world.name(f"{name} said", old.message(group, who, at(1), f"by {name}"))


def rejoined(world: World) -> None:
    """Ada is in a group as all that she is: she left as an admin, and came back twice as others."""
    old, cast = world.old, world.cast
    group = world.name("rejoined", old.group(at(0), cast.ben, cast.cleo, name="Class"))
    world.name("other class", old.group(at(0), cast.ben, cast.cleo, name="Class"))
    old.join(group, cast.ada, at(1), role="admin", is_active=False, left_at=at(5))
    old.join(group, cast.ada_teaching, at(6), is_muted=True, chat_cleared_at=at(12), is_pinned=True)
    old.join(group, cast.ada_mother, at(7), chat_cleared_at=at(9))
    old.join(group, cast.dan, at(2), is_active=False, left_at=at(8))
    old.join(group, cast.eve, at(2), role="admin", is_active=False, left_at=at(3))
    old.join(group, cast.eve_mother, at(2), is_active=False, left_at=at(4))
    for minute in (2, 8, 10, 13):
        world.name(f"class {minute}", old.message(group, cast.cleo, at(minute), f"class {minute}"))


def owners(world: World) -> None:
    """Groups whose creators are there, gone, or were never known."""
    old, cast = world.old, world.cast
    stays = world.name("creator stays", old.group(at(0), cast.ada, cast.ben))
    old.change(stays, cast.ben, role="admin")
    left = world.name("creator left", old.group(at(0), cast.ada, cast.ben, cast.cleo, cast.dan))
    old.change(left, cast.ada, is_active=False, left_at=at(9))
    old.change(left, cast.dan, role="admin", joined_at=at(3))
    old.change(left, cast.cleo, role="admin", joined_at=at(2))
    plain = world.name("no admin", old.conversation("group", at(0), by=cast.ghost, name="No admin"))
    old.join(plain, cast.dan, at(3))
    old.join(plain, cast.cleo, at(2))
    empty = world.name("all left", old.group(at(0), cast.ada, cast.ben))
    for who in (cast.ada, cast.ben):
        old.change(empty, who, is_active=False, left_at=at(5))
    channel = world.name("channel", old.group(at(0), cast.ben, cast.ada, kind="channel", name="News"))
    world.name("news", old.message(channel, cast.ben, at(1), "news"))
    quiet = world.name("nobody began", old.conversation("direct", at(0)))
    for who in (cast.cleo, cast.dan):
        old.join(quiet, who, at(0))
    old.message(quiet, cast.dan, at(1), "first")


def archived(world: World) -> None:
    """A group that one of them archived for everybody, and Cleo's direct with Eve of which one role is archived."""
    old, cast = world.old, world.cast
    world.name("archived", old.group(at(0), cast.ada, cast.ben, is_archived=True))
    world.name("half archived", old.direct(at(0), cast.cleo, cast.eve, is_archived=True))
    world.name("other half", old.direct(at(1), cast.cleo, cast.eve_mother))


def read_positions(world: World) -> None:
    """Cleo and Fay read by message, by time, by receipt and by writing."""
    old, cast = world.old, world.cast
    first = world.name("read 1", old.direct(at(0), cast.cleo, cast.fay))
    for minute in (1, 3, 5, 7):
        world.name(f"read 1 {minute}", old.message(first, cast.fay, at(minute), f"first {minute}"))
    old.change(first, cast.cleo, last_read_message_id=world["read 1 5"], last_read_at=at(2))
    group = world.name("read 2", old.group(at(0), cast.dan, cast.cleo, cast.eve, cast.fay))
    for minute in (1, 2, 3, 4):
        world.name(f"read 2 {minute}", old.message(group, cast.dan, at(minute), f"second {minute}"))
    old.change(group, cast.cleo, last_read_at=at(2.5))
    world.name("receipt", old.receipt(world["read 2 3"], cast.eve, at(9)))
    world.name("ghost's receipt", old.receipt(world["read 2 3"], cast.ghost, at(9)))
    old.message(group, cast.fay, at(3.5), "answer")


SCENES = (merged_directs, notes, odd_directs, identities, rejoined, owners, archived, read_positions)
