from collections.abc import Sequence

from core.api import Environment, Model, ValidationError, hookimpl


@hookimpl
def before_merge(env: Environment, winner: Model, losers: Sequence[Model]) -> None:
    """Refuse to merge who is marked."""
    if any(record._info.name == "acme.partner" and record.mail == "keep@acme.test" for record in (winner, *losers)):
        raise ValidationError("Not this one.", field="mail")
