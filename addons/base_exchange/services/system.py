"""The environment in which imports are noted: they are a log that nobody may write, who brings in rows least of all.

Only what the addon keeps for itself is read and written there, never a record of the import but to undo it; each import and each undoing goes to
the audit log by name.
"""

from __future__ import annotations

from core.api import Environment


def as_system(env: Environment) -> Environment:
    """Return an environment of the system in the transaction of ``env``."""
    return env if env.is_elevated else env.as_user(env.ref("base.system"))
