"""Whose turn it is, one cycle of a link, and what a turn leaves behind."""
