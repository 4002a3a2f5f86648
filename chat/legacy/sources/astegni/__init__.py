"""Astegni: a chat keyed by profile and role, or half way to users. Columns that a database lacks are not read."""

from chat.legacy.sources.astegni.source import Astegni

__all__ = ("Astegni",)
