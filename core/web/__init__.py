"""The web: a WSGI application with the HTTP API, sessions and pages (layer web; design 1.16, §2.6)."""
