"""One older database with rows for every decision that the fold takes, and for combinations of them.

``build`` makes it; what it made has names, by which tests find it again.
"""

from tests.legacy.astegni.world.cast import Cast
from tests.legacy.astegni.world.world import World, build

__all__ = ("Cast", "World", "build")
