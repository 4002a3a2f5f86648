"""The support desk over HTTP: the queue, one request, its desk, canned replies, visitors."""
