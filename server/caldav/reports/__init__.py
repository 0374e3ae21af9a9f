"""One file for each REPORT of WebDAV, CalDAV and the directory of people."""
