"""Rendering: plain data in, HTML out (layer render). Nothing here asks a database."""
