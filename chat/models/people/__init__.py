"""What stands between people: privacy, blocks, connections, presence, ways into a group."""
