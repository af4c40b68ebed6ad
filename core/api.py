"""The public face of the core: everything an addon may use, and nothing else.

An addon imports this module and the ``api.py`` of addons its manifest names; its tests also `core.testing`. What is not exported here
may change without notice.
"""

from core.access import grant_share, has_right, may_share, who_can, withdraw_share, write_audit
from core.access.expressions import compile_expression
from core.app import Application
from core.base.models.mixins import current_user
from core.base.services.attachments import find_attachment, read_attachment, store_attachment
from core.base.services.demo_year import DemoPart, DemoYear
from core.base.services.duplicates import find_duplicates_of_many
from core.base.services.fiscal import FiscalPeriod, fiscal_period
from core.base.services.hand_over import HandOverKind
from core.base.services.normalise import duplicate_key
from core.base.services.notifications import count_unread, notify, set_read
from core.base.services.parameters import get_parameter
from core.base.services.recycle_bin import purge_deletions, restore_deletions
from core.base.services.sealing import seal, unseal
from core.data.fileimport import FileBatch, FileImport, FileImported, ImportsUndone
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
    Where,
    raise_faults,
)
from core.i18n import _, formats
from core.jobs.context import JobContext
from core.jobs.declare import job, schedule
from core.orm import fields
from core.orm.decorators import ActionInfo, action, constrains, depends, now, today, transition
from core.orm.domain import D
from core.orm.environment import SYSTEM_UID, Environment, system_of
from core.orm.labels import label_of
from core.orm.locking import lock_records
from core.orm.model import Model
from core.orm.records import Records
from core.plugins import hookimpl, hookspec
from core.render.chart import Cell, Chart, Line
from core.render.extras import Link, Notice, PlacedPanel, Sheet, SheetColumn, Tab, TableFormat
from core.render.values import formatter_for
from core.web.answers import Page, go_to
from core.web.ids import id_of
from core.web.jobprogress import JobProgress, job_progress
from core.web.pages.addonpages import Selection, selection_of, send_sheet, sheet_formats
from core.web.pages.addresses import record_url, records_url
from core.web.pages.panels import panels_at
from core.web.pages.profile import RecordReader, profile_tabs
from core.web.pages.search import PERIOD_LABELS
from core.web.pages.viewing import view_for
from core.web.routes import Request, Response, route
from core.web.shifts import MOST_SHIFT_DAYS, read_shift, shifted

__all__ = [
    "MOST_SHIFT_DAYS",
    "PERIOD_LABELS",
    "SYSTEM_UID",
    "AccessDenied",
    "ActionInfo",
    "Application",
    "AuthenticationError",
    "Cell",
    "Chart",
    "ConfigError",
    "ConflictError",
    "CoreError",
    "D",
    "DemoPart",
    "DemoYear",
    "Environment",
    "FileBatch",
    "FileImport",
    "FileImported",
    "FiscalPeriod",
    "HandOverKind",
    "ImportsUndone",
    "JobContext",
    "JobError",
    "JobProgress",
    "Line",
    "Link",
    "MissingRecord",
    "Model",
    "Notice",
    "Page",
    "PlacedPanel",
    "RecordReader",
    "Records",
    "Request",
    "Response",
    "RetryableError",
    "Selection",
    "Sheet",
    "SheetColumn",
    "Tab",
    "TableFormat",
    "UnknownFieldError",
    "UnknownModelError",
    "ValidationError",
    "Where",
    "_",
    "action",
    "compile_expression",
    "constrains",
    "count_unread",
    "current_user",
    "depends",
    "duplicate_key",
    "fields",
    "find_attachment",
    "find_duplicates_of_many",
    "fiscal_period",
    "formats",
    "formatter_for",
    "get_parameter",
    "go_to",
    "grant_share",
    "has_right",
    "hookimpl",
    "hookspec",
    "id_of",
    "job",
    "job_progress",
    "label_of",
    "lock_records",
    "may_share",
    "notify",
    "now",
    "panels_at",
    "profile_tabs",
    "purge_deletions",
    "raise_faults",
    "read_attachment",
    "read_shift",
    "record_url",
    "records_url",
    "restore_deletions",
    "route",
    "schedule",
    "seal",
    "selection_of",
    "send_sheet",
    "set_read",
    "sheet_formats",
    "shifted",
    "store_attachment",
    "system_of",
    "today",
    "transition",
    "unseal",
    "view_for",
    "who_can",
    "withdraw_share",
    "write_audit",
]
