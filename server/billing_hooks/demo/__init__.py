"""The money of the demo practice: everybody in it, and every amount, is invented."""
