"""The HTTP surface of Astegni's chat, with the requests of both of its front ends: by user, and by profile.

A host mounts it with one line, under a prefix of its own::

    path("api/astegni/", include("chat.compat.astegni.urls")),

For server-side code there is ``chat.compat.astegni.people``.
"""
