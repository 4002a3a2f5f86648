"""The HTTP surface of hazo_chat 3.2.0, so that its React client runs against this server.

A host mounts it with one line, which gives ``/api/hazo_chat/…`` and ``/api/hazo_auth/…``::

    path("api/", include("chat.compat.hazo.urls")),

For server-side code there is ``chat.compat.hazo.unread.unread_counts``.
"""
