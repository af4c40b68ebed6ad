"""What ``tangram doctor`` looks at: one topic per file, each check a function that yields findings. Layer: cli."""

from core.cli.checks.finding import Examination, Finding
from core.cli.checks.run import examine

__all__ = ["Examination", "Finding", "examine"]
