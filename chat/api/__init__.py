"""The native HTTP API: parse, call a service, render. The rules live in the services and in ``policy``."""
