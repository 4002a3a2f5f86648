"""Reports, and what those who moderate a group do."""
