"""What people make of each other: settings, blocks, connections, presence; and what follows from it."""
