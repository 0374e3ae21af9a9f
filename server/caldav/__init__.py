"""Our Application over Radicale's: what it answers itself instead of the host."""
