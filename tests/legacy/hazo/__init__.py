"""Older hazo_chat databases, and a host's own table of pairs, made by scripts. All people are synthetic."""
