"""What outlives a process: the node's queue, one SQLite table."""
