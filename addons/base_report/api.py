"""What other addons may import: the measure that the hook ``register_measures`` returns."""

from addons.base_report.services.measures import Measure

__all__ = ["Measure"]
