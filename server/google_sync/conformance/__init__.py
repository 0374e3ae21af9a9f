"""Whether a Google is as the rest of this package believes: checks, run at any address."""
