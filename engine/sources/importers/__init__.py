"""What the developer already has: histories of shells, transcripts of agents. Read only, one module a format."""
