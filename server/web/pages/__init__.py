"""The pages that people open in a browser: booking, and what follows from a booking."""
