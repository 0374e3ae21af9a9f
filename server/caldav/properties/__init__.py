"""WebDAV properties of collections: one file for each kind, and what they share."""
