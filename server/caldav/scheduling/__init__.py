"""The scheduling inbox and outbox: colleagues' busy times, and nothing else (RFC 6638)."""
