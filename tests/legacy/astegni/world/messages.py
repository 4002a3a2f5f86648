"""Scenes of messages: what was edited, deleted, hidden, pinned, quoted, forwarded, reacted to, and when."""

from tests.legacy.astegni.moments import at
from tests.legacy.astegni.world.world import World


def changed(world: World) -> None:
    """Messages that were edited, deleted for everyone, and deleted for oneself."""
    old, cast = world.old, world.cast
    group = world.name("changed", old.group(at(0), cast.ada, cast.ben, cast.cleo, name="Changes"))
    edited = {"is_edited": True, "edited_at": at(9), "original_content": "befor"}
    world.name("edited", old.message(group, cast.ada, at(1), "before", **edited))
    gone = {"is_deleted": True, "deleted_for_everyone": True, "deleted_at": at(9), "is_pinned": True}
    world.name("deleted", old.message(group, cast.ada, at(2), "a secret", media_url="https://files.example/a", **gone))
    world.name("removed", old.message(group, cast.ben, at(3), "another secret", is_deleted=True))
    hidden = [cast.key("ben"), cast.key("dan")]
    world.name("hidden", old.message(group, cast.ada, at(4), "not for Ben", deleted_for_user_ids=hidden))
    world.name("opaque", old.message(group, cast.ada, at(5), "gAAAAABl0pAqUE1234=="))
    old.reaction(world["deleted"], cast.ben, "heart", at(3))
    old.pin(group, world["deleted"], cast.ben, at(4))


def reactions(world: World) -> None:
    """Ben reacts as both that he is; somebody who is no member reacts, and somebody who is gone."""
    old, cast = world.old, world.cast
    group = world.name("reacting", old.group(at(0), cast.ada, cast.ben))
    message = world.name("reacted to", old.message(group, cast.ada, at(1), "good news"))
    for name, who, said, minute in (
        ("later heart", cast.ben, "heart", 5),
        ("heart", cast.ben_learning, "heart", 3),
        ("wow", cast.ben, "wow", 4),
        ("unicorn", cast.ada, "🦄", 6),
        ("stranger's", cast.fay, "thumbsup", 7),
        ("ghost's", cast.ghost, "angry", 8),
    ):
        world.name(f"reaction {name}", old.reaction(message, who, said, at(minute)))
    world.name("orphan reaction", old.reaction(message + 10_000, cast.ben, "sad", at(9)))


def pins(world: World) -> None:
    """Both kinds of pins, of the same message and of others."""
    old, cast = world.old, world.cast
    group = world.name("pinning", old.group(at(0), cast.ada, cast.ben))
    by_ada = {"pinned_by_profile_type": "student", "pinned_by_profile_id": 5}
    both = world.name(
        "pinned twice", old.message(group, cast.ben, at(1), "1", is_pinned=True, pinned_at=at(5), **by_ada)
    )
    once = world.name("pinned once", old.message(group, cast.ben, at(2), "2"))
    world.name("pin of both", old.pin(group, both, cast.ben, at(6)))
    world.name("pin of once", old.pin(group, once, cast.ben, at(7)))


def quotes(world: World) -> None:
    """Replies within a conversation, and across; forwards that are true, and that are not."""
    old, cast = world.old, world.cast
    one = world.name("quoting", old.group(at(0), cast.ada, cast.ben))
    other = world.name("quoting elsewhere", old.group(at(0), cast.ada, cast.cleo))
    origin = world.name("origin", old.message(one, cast.ben, at(1), "said first"))
    secret = world.name("secret", old.message(one, cast.ben, at(1.5), "for Ada alone"))
    world.name("reply", old.message(one, cast.ada, at(2), "yes", reply_to_id=origin))
    world.name("reply elsewhere", old.message(other, cast.ada, at(3), "look", reply_to_id=origin))
    world.name("reply to nothing", old.message(one, cast.ada, at(3), "what?", reply_to_id=origin + 10_000))
    forwarded = {"is_forwarded": True, "forwarded_from_name": "Ben the teacher"}
    world.name("forward", old.message(other, cast.ada, at(4), "said first", forwarded_from_id=origin, **forwarded))
    world.name("no forward", old.message(other, cast.ada, at(5), "not that", forwarded_from_id=secret, **forwarded))
    by_user = {"is_forwarded": True, "forwarded_from_id": cast.key("fay")}
    if cast.key("fay") < origin:  # the number of a user, who is no message
        world.name("forward by user", old.message(other, cast.ada, at(6), "Fay said it", **by_user))


def kinds(world: World) -> None:
    """A message of every type."""
    old, cast = world.old, world.cast
    direct = world.name("kinds", old.direct(at(0), cast.cleo, cast.ada_mother))
    about = {"filename": "tree.png", "mime_type": "image/png", "size": 2048, "width": 10, "height": 20}
    media = {"media_url": "https://files.example/tree.png", "media_metadata": about}
    world.name("image", old.message(direct, cast.cleo, at(1), None, message_type="image", **media))
    world.name("gif", old.message(direct, cast.cleo, at(2), None, message_type="gif", **media))
    place = {"latitude": 9.03, "longitude": 38.74, "name": "School"}
    world.name("place", old.message(direct, cast.cleo, at(3), None, message_type="location", media_metadata=place))
    request = {"message_type": "session_request", "media_metadata": {"request": 12}}
    world.name("request", old.message(direct, cast.cleo, at(4), "Maths on Monday", **request))
    world.name("system", old.message(direct, cast.cleo, at(5), "Cleo began to talk", message_type="system"))
    bad = {"message_type": "image", "media_url": "javascript:alert(1)"}
    world.name("bad media", old.message(direct, cast.cleo, at(6), "look", **bad))


def times(world: World) -> None:
    """Messages at the same moment, and at none that can be read."""
    old, cast = world.old, world.cast
    group = world.name("times", old.group(at(0), cast.ada, cast.ben))
    for text in ("same 1", "same 2", "same 3"):
        world.name(text, old.message(group, cast.ada, at(1), text))
    world.name("no time", old.message(group, cast.ada, None, "no time"))
    world.name("afterwards", old.message(group, cast.ada, at(2), "afterwards"))
    orphan = old.message(group + 10_000, cast.ada, at(3), "of no conversation")
    world.name("orphan", orphan)


SCENES = (changed, reactions, pins, quotes, kinds, times)
