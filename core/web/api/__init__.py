"""The HTTP API, version 1 (layer web; design §2.6)."""
