"""Older HTTP surfaces, thin, over the same services."""
