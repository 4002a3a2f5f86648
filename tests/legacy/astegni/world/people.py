"""Scenes of what stands between people: settings, blocks, connections, reports, and what is only reported."""

from tests.legacy.astegni.moments import at
from tests.legacy.astegni.world.world import World


def settings(world: World) -> None:
    """Ada has settings for each of her profiles; others have odd ones."""
    old, cast = world.old, world.cast
    open_ = {"who_can_message": "everyone", "last_seen_visibility": "connections", "read_receipts": True}
    world.name("settings 1", old.settings(cast.ada, at(1), **open_, sound_alerts=False, two_step_verification=True))
    closed = {"who_can_message": "connections", "last_seen_visibility": "nobody", "read_receipts": False}
    looks = {"font_size": "large", "bubble_style": "round", "truevoice_language": "am"}
    world.name("settings 2", old.settings(cast.ada_teaching, at(3), **closed, **looks, mute_duration="forever"))
    world.name("settings 3", old.settings(cast.ada_mother, at(2), hide_email=True, allow_calls_from="none"))
    world.name("odd settings", old.settings(cast.ben, at(1), who_can_message="friends", mute_duration="1 year"))
    world.name("empty settings", old.settings(cast.cleo, at(1)))
    world.name("ghost's settings", old.settings(cast.ghost, at(1), who_can_message="none"))


def blocks(world: World) -> None:
    """Blocks under several roles, between one's own profiles, and with somebody who is gone."""
    old, cast = world.old, world.cast
    world.name("later block", old.block(cast.dan, cast.eve, at(9), "rude"))
    world.name("earlier block", old.block(cast.dan, cast.eve_mother, at(4), "spam"))
    old.direct(at(0), cast.dan, cast.eve)  # in roles that are blocked
    world.name("blocked merge", old.block(cast.ada, cast.ben_learning, at(30), "enough"))  # others of theirs live
    world.name("narrow block", old.block(cast.fay, cast.cleo, at(5)))
    world.name("self-block", old.block(cast.ada, cast.ada_teaching, at(5)))
    world.name("ghost's block", old.block(cast.ghost, cast.ada, at(5)))
    world.name("block of a ghost", old.block(cast.ada, cast.ghost, at(6)))


def connections(world: World) -> None:
    """Several between the same two people, in every state."""
    old, cast = world.old, world.cast
    for name, one, other, status, minute in (
        ("rejected", cast.ada, cast.ben, "rejected", 1),
        ("pending", cast.ben_learning, cast.ada_teaching, "pending", 2),
        ("accepted", cast.ben, cast.ada_mother, "accepted", 3),
        ("blocked connection", cast.ada, cast.cleo, "blocked", 4),
        ("waiting", cast.cleo, cast.dan, "pending", 5),
        ("waiting again", cast.dan, cast.cleo, "pending", 6),
        ("refused", cast.cleo, cast.eve, "rejected", 7),
        ("self-connection", cast.ada, cast.ada_teaching, "accepted", 8),
        ("ghost's connection", cast.ghost, cast.ada, "accepted", 9),
        ("odd connection", cast.dan, cast.eve, "friends", 10),
    ):
        done = {"connected_at": at(minute + 1)} if status in ("accepted", "rejected") else {}
        world.name(name, old.connection_row(one, other, status, at(minute), **done))


def reports(world: World) -> None:
    """Reports of people and their messages."""
    old, cast = world.old, world.cast
    direct = world.name("reported in", old.direct(at(0), cast.hal, cast.ida_as_stored))
    bad = world.name("bad", old.message(direct, cast.hal, at(1), "buy this"))
    about = {"report_type": "scam", "report_reason": "A scam"}
    world.name("report", old.report(cast.ida_as_stored, cast.hal, at(2), bad, bad + 10_000, **about))
    world.name("report again", old.report(cast.ida_as_stored, cast.hal, at(3)))
    done = {"status": "action_taken", "reviewed_by": cast.key("jon"), "reviewed_at": at(9)}
    world.name("decided report", old.report(cast.ida_as_stored, cast.hal, at(4), report_type="nonsense", **done))
    world.name("report by nobody", old.report(cast.ghost, cast.hal, at(5)))
    world.name("report of nobody", old.report(cast.hal, cast.ghost, at(6)))


def sessions(world: World) -> None:
    """What is only reported."""
    old, cast = world.old, world.cast
    world.name("session", old.session(cast.ada, at(1)))
    world.name("two-step", old.two_step(cast.ada, at(1)))


SCENES = (settings, blocks, connections, reports, sessions)
