"""`JobSet`: the jobs of one registry, by name. Layer: jobs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from core.errors import CoreError, JobError, Where, raise_faults, unknown
from core.i18n import _
from core.jobs.declare import JobDefinition


class JobSet:
    """The jobs that the enabled addons of one database declare; immutable.

    Args:
        definitions: From `core.jobs.declare.collect_jobs`, for each enabled addon.

    Raises:
        JobError: Two jobs have one name.
    """

    def __init__(self, definitions: Iterable[JobDefinition] = ()) -> None:
        self._jobs: dict[str, JobDefinition] = {}
        faults: list[CoreError] = []
        for definition in definitions:
            if self._jobs.setdefault(definition.name, definition) is not definition:
                where = Where(addon=definition.addon, key=definition.name)
                faults.append(JobError(_("The job %(name)s is declared twice.", name=definition.name), where=where))
        raise_faults(faults, JobError, _("Jobs"))

    def __iter__(self) -> Iterator[JobDefinition]:
        return iter(self._jobs.values())

    def __len__(self) -> int:
        return len(self._jobs)

    def __contains__(self, name: object) -> bool:
        return name in self._jobs

    def get(self, name: str) -> JobDefinition:
        """Return a job.

        Raises:
            JobError: No enabled addon declares it; the nearest name is proposed.
        """
        if name not in self._jobs:
            raise unknown("job", name, self._jobs, JobError, code="job.unknown")
        return self._jobs[name]

    @property
    def scheduled(self) -> list[JobDefinition]:
        """The jobs that come by themselves, in the order of declaration."""
        return [definition for definition in self._jobs.values() if definition.options.period]
