"""From the practice to Google: one request at a time, each recorded by itself."""
