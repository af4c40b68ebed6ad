"""Background work: who stands in for whom, day by day."""

from addons.crm_approval.services import deputies
from core.api import Environment, schedule


@schedule(every="1h")
def renew_deputies(env: Environment) -> int:
    """Note on what waits who stands in today, since absences begin and end; return how many tasks that changed."""
    return deputies.renew_deputies(env)
