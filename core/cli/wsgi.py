"""What a WSGI server in production loads: ``gunicorn --config config/gunicorn.conf.py "core.cli.wsgi:create()"`` (layer cli)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.app import Application
from core.web.accesslog import set_up_logging
from core.web.application import wsgi_application

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication


def create(path: str | None = None) -> WSGIApplication:
    """Return the WSGI application of an installation; called once in each worker, after it was forked.

    Args:
        path: Settings file; None takes ``TANGRAM_CONFIG``, else ``config/default.yaml``.

    Raises:
        ConfigError: Settings are wrong.
    """
    application = Application.from_config(path)
    set_up_logging(application.settings.log_level, application.settings.log_format)
    return wsgi_application(application)
