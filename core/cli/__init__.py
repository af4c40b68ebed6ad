"""The command ``tangram``: one file per command, loaded only when it is called. Layer: cli, beside testing, above the application."""
