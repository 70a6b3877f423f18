"""What patui costs and what it is worth, measured against a peer or a limit in the same run."""
