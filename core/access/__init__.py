"""Access: who may do what with which records, and why (design 1.9, 1.10, §2.5). Layer: access.

Public modules: `loader` (files of ``security/``), `guard` (`AccessGuard`, `has_right`), `explain`, `who`, `detail`, `share`, `elevation`,
`sync`, `expressions` (the sandbox that data and views use too). The way in for the application is `install`.
"""

from core.access.detail import RightDetail, effective_rights
from core.access.elevation import log_elevation, write_audit
from core.access.explain import explain
from core.access.explanation import Assumption, Explanation, Viewer
from core.access.guard import AccessGuard, guard_of, has_right
from core.access.install import install
from core.access.loader import SecuritySource, declare, read_security
from core.access.share import grant_share, may_share, withdraw_share
from core.access.sync import sync_groups
from core.access.who import who_can

__all__ = [
    "AccessGuard",
    "Assumption",
    "Explanation",
    "RightDetail",
    "SecuritySource",
    "Viewer",
    "declare",
    "effective_rights",
    "explain",
    "grant_share",
    "guard_of",
    "has_right",
    "install",
    "log_elevation",
    "may_share",
    "read_security",
    "sync_groups",
    "who_can",
    "withdraw_share",
    "write_audit",
]
