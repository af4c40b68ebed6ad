"""The tab of the discussion beside every record, and what is said about records that are gone."""

from collections.abc import Sequence

from addons.base_discuss.services.discussed import COMMENT, READER, is_discussed
from addons.base_discuss.services.reading import count_comments
from addons.base_discuss.services.writing import forget_records
from core.api import Environment, Tab, _, hookimpl


@hookimpl
def side_tabs(env: Environment, model: str, record_id: int) -> list[Tab]:
    """Offer the discussion of a record, with how much was said and what of it is new; one statement."""
    if not is_discussed(env, model):
        return []
    count, new, _last = count_comments(env, model, record_id)
    label = _("Discussion · %(count)s new", count=new) if new else _("Discussion")
    return [Tab("discussion", label, f"/x/base_discuss/comments/{model}/{record_id}", count=count, sequence=-10)]


@hookimpl
def records_purged(env: Environment, model: str, ids: Sequence[int]) -> None:
    """Drop the discussions of records that are gone for good."""
    if model not in (COMMENT, READER):
        forget_records(env, model, ids)
