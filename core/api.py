"""The public face of the core: everything an addon may use, and nothing else.

An addon imports this module and the ``api.py`` of addons its manifest names; its tests also `core.testing`. What is not exported here
may change without notice.
"""

from core.access import has_right
from core.app import Application
from core.base.services.hand_over import HandOverKind
from core.base.services.notifications import notify
from core.errors import (
    AccessDenied,
    AuthenticationError,
    ConfigError,
    ConflictError,
    CoreError,
    JobError,
    MissingRecord,
    RetryableError,
    UnknownFieldError,
    UnknownModelError,
    ValidationError,
)
from core.i18n import _
from core.jobs.context import JobContext
from core.jobs.declare import job, schedule
from core.orm import fields
from core.orm.decorators import ActionInfo, action, constrains, depends, now, today, transition
from core.orm.domain import D
from core.orm.environment import Environment
from core.orm.model import Model
from core.orm.records import Records
from core.plugins import hookimpl, hookspec
from core.web.routes import Request, Response, route

__all__ = [
    "AccessDenied",
    "ActionInfo",
    "Application",
    "AuthenticationError",
    "ConfigError",
    "ConflictError",
    "CoreError",
    "D",
    "Environment",
    "HandOverKind",
    "JobContext",
    "JobError",
    "MissingRecord",
    "Model",
    "Records",
    "Request",
    "Response",
    "RetryableError",
    "UnknownFieldError",
    "UnknownModelError",
    "ValidationError",
    "_",
    "action",
    "constrains",
    "depends",
    "fields",
    "has_right",
    "hookimpl",
    "hookspec",
    "job",
    "notify",
    "now",
    "route",
    "schedule",
    "today",
    "transition",
]
