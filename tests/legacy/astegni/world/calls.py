"""Scenes of calls and polls."""

from tests.legacy.astegni.moments import at
from tests.legacy.astegni.world.world import World


def calls(world: World) -> None:
    """Calls that both sides wrote down, that one side wrote down, and that are two."""
    old, cast = world.old, world.cast
    direct = world.name("calling", old.direct(at(0), cast.cleo, cast.dan))
    old.message(direct, cast.cleo, at(1), "may I call?")
    ended = {"answered_at": at(2.2), "ended_at": at(5), "duration_seconds": 168}
    world.name("both: callee", old.call(direct, cast.dan, "answered", at(2.1), answered_at=at(2.2)))
    world.name("both: caller", old.call(direct, cast.cleo, "ended", at(2), **ended))
    world.name("declined: callee", old.call(direct, cast.dan, "declined", at(10)))
    world.name("declined: caller", old.call(direct, cast.cleo, "initiated", at(10.5)))
    world.name("missed: callee", old.call(direct, cast.cleo, "missed", at(20), call_type="video"))
    world.name("missed: caller", old.call(direct, cast.dan, "no_answer", at(20.2), call_type="video"))
    world.name("alone", old.call(direct, cast.dan, "no_answer", at(30)))
    world.name("never went on", old.call(direct, cast.dan, "ringing", at(40), call_type="audio"))
    world.name("far 1", old.call(direct, cast.dan, "ended", at(50), answered_at=at(51), duration_seconds=60))
    world.name("far 2", old.call(direct, cast.cleo, "ended", at(51.5), ended_at=at(49)))
    world.name("voice", old.call(direct, cast.dan, "cancelled", at(60)))
    world.name("video", old.call(direct, cast.cleo, "missed", at(60), call_type="video"))
    world.name("failed", old.call(direct, cast.cleo, "failed", None, created_at=at(70)))
    world.name("odd", old.call(direct, cast.cleo, "exploded", at(80)))


def group_calls(world: World) -> None:
    """Of a group, and by somebody who is gone; and one across roles, in a direct that is merged."""
    old, cast = world.old, world.cast
    group = world.name("calling in a group", old.group(at(0), cast.ada, cast.ben, cast.cleo, name="Callers"))
    listed = [cast.key("ada"), {"profile_type": "parent", "profile_id": 5}, cast.key("fay")]
    world.name("of three", old.call(group, cast.ada, "ended", at(1), ended_at=at(3), participants=listed))
    world.name("of three: ben", old.call(group, cast.ben, "missed", at(1.3)))
    world.name("by nobody", old.call(group, cast.ghost, "missed", at(10)))
    for name, role in (("role 1", cast.eve), ("role 2", cast.eve_mother)):
        world.name(f"calling {name}", old.direct(at(0), role, cast.fay))
    world.name("roles: caller", old.call(world["calling role 1"], cast.eve, "initiated", at(5)))
    world.name("roles: callee", old.call(world["calling role 2"], cast.fay, "declined", at(5.5)))


def polls(world: World) -> None:
    """A poll that a message shows, one that none shows, and the votes of people with several profiles."""
    old, cast = world.old, world.cast
    group = world.name("polling", old.group(at(0), cast.ada, cast.ben, cast.cleo, name="Pollsters"))
    shown = world.name("poll's message", old.message(group, cast.ada, at(1), "A poll"))
    single = world.name("single", old.poll(group, cast.ada, at(1), "When?", "Now", "Later", message_id=shown))
    now, later = old.options(single)
    for name, option, who, minute in (
        ("first", now, cast.ben, 2),
        ("latest", later, cast.ben_learning, 3),
        ("cleo's", later, cast.cleo, 2),
        ("ghost's", now, cast.ghost, 4),
        ("stranger's", now, cast.fay, 4),
    ):
        world.name(f"vote {name}", old.vote(single, option, who, at(minute)))
    many = world.name("many", old.poll(group, cast.ben, at(10), "What?", "Tea", "Milk", multiple_choice=True))
    for name, option in zip(("tea", "milk"), old.options(many), strict=True):
        world.name(f"vote {name}", old.vote(many, option, cast.cleo, at(11)))
    world.name("vote tea again", old.vote(many, old.options(many)[0], cast.cleo, at(12)))
    world.name("vote for nothing", old.vote(many, later + 10_000, cast.cleo, at(12)))
    closed = {"status": "ended", "ended_at": at(25), "anonymous": True}
    world.name("closed", old.poll(group, cast.ghost, at(20), "Over?", "Yes", "No", **closed))
    gone = world.name("deleted poll's message", old.message(group, cast.ada, at(30), "A poll", is_deleted=True))
    world.name("deleted poll", old.poll(group, cast.ada, at(30), "Gone?", "Yes", "No", message_id=gone))


SCENES = (calls, group_calls, polls)
