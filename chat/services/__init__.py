"""Every write of the app: one keyword-only function each, with checks, transaction, result and events."""
