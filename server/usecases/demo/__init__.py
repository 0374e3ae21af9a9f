"""The demo practice: what is in it. Every person here is invented."""
