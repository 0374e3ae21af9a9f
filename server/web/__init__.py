"""The web: the HTTP API, served beside the calendars on one port."""
