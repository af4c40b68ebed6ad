"""Enabling, disabling, upgrading, removing and restoring addons on a database. Layer: data."""

from core.data.lifecycle.lifecycle import Lifecycle
from core.data.lifecycle.plan import Plan, Step
from core.data.lifecycle.progress import NoProgress, Progress
from core.data.lifecycle.ready import assemble_ready

__all__ = ["Lifecycle", "NoProgress", "Plan", "Progress", "Step", "assemble_ready"]
