"""The choice of the HTTP server, measured: one small WSGI application behind each contender."""
