"""Google Calendar: a practitioner's appointments there, and what they do there, here."""
