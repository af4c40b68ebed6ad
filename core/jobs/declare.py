"""`job` and `schedule`: the decorators of an addon's ``jobs.py``; `collect_jobs` reads what they marked. Layer: jobs.

    @job(retry=(30, 300))
    def send_mail(env, campaign_id): …            # env.defer("crm_marketing.send_mail", campaign_id=7)

    @schedule(every="1d", at="02:00")
    def reclaim(env): …

A function whose first parameter is ``env`` runs in one transaction, and is recorded as done in it. A function that takes ``job``
instead of ``env`` opens transactions itself by ``job.run(lambda env: …)`` and does slow things, such as sending, between them.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any, TypeVar, overload

from core.errors import CoreError, JobError, Where, raise_faults, unknown
from core.i18n import _
from core.jobs.payload import encode
from core.jobs.periods import parse_period

F = TypeVar("F", bound=Callable[..., Any])

ENV = "env"
"""Name of the first parameter of a job that is one transaction."""
CONTEXT = "job"
"""Name of the parameter that receives the `core.jobs.context.JobContext`."""

_MARK = "__tangram_job__"


@dataclass(frozen=True)
class JobOptions:
    """What the decorators say."""

    name: str | None = None
    """Name inside the addon; None takes the function's."""
    max_attempts: int = 5
    timeout_s: float = 3600.0
    """Seconds after which a run is broken off at its next statement, step or progress report."""
    retry: tuple[float, ...] = (10.0, 60.0, 600.0, 3600.0)
    """Seconds to wait after the first, second … failure; the last one repeats."""
    unique: bool = False
    """Whether deferring the same arguments again while the job waits adds nothing."""
    period: str | None = None
    """For a scheduled job, see `core.jobs.periods`; None: only when deferred."""


@dataclass(frozen=True)
class JobDefinition:
    """One job that an enabled addon declares."""

    name: str
    """Full name, ``addon.function``."""
    addon: str
    function: Callable[..., Any]
    options: JobOptions = field(default_factory=JobOptions)

    @property
    def parameters(self) -> Mapping[str, inspect.Parameter]:
        """The parameters that a caller gives, without ``env`` and ``job``."""
        found = inspect.signature(self.function).parameters
        return {name: parameter for name, parameter in found.items() if name not in (ENV, CONTEXT)}

    @property
    def wants_env(self) -> bool:
        """Whether the job is one transaction."""
        return ENV in inspect.signature(self.function).parameters

    @property
    def wants_context(self) -> bool:
        """Whether the function asks for its `JobContext`."""
        return CONTEXT in inspect.signature(self.function).parameters

    @property
    def summary(self) -> str:
        """First line of the function's docstring, or the name."""
        return (inspect.getdoc(self.function) or self.name).splitlines()[0]

    def payload(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Check ``arguments`` against the function and return them as JSON data.

        Raises:
            JobError: Unknown or missing arguments, or a value that can't be stored; all faults at once.
        """
        where = Where(addon=self.addon, key=self.name)
        parameters = self.parameters
        takes_any = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values())
        faults: list[CoreError] = []
        data: dict[str, Any] = {}
        for name, value in arguments.items():
            if name in (ENV, CONTEXT) or (name not in parameters and not takes_any):
                faults.append(unknown("argument", name, parameters, JobError, where=where, code="job.argument"))
                continue
            try:
                data[name] = encode(value, name)
            except JobError as fault:
                faults.append(fault.located(addon=self.addon, key=self.name))
        for name, parameter in parameters.items():
            needed = parameter.default is parameter.empty and parameter.kind is not parameter.VAR_KEYWORD
            if needed and name not in arguments:
                faults.append(
                    JobError(_("The argument %(name)s is missing.", name=name), where=where, code="job.argument")
                )
        raise_faults(faults, JobError, _("Wrong arguments of the job %(name)s", name=self.name))
        return data


@overload
def job(name: F, /) -> F: ...
@overload
def job(
    name: str | None = None,
    *,
    max_attempts: int = 5,
    timeout_s: float = 3600.0,
    retry: Sequence[float] = (10.0, 60.0, 600.0, 3600.0),
    unique: bool = False,
) -> Callable[[F], F]: ...
def job(
    name: Any = None,
    *,
    max_attempts: int = 5,
    timeout_s: float = 3600.0,
    retry: Sequence[float] = (10.0, 60.0, 600.0, 3600.0),
    unique: bool = False,
) -> Any:
    """Declare a function as a background job, which ``env.defer("addon.function", …)`` queues; also ``@job`` without parentheses.

    Args:
        name: Name inside the addon; None takes the function's.
        max_attempts: Runs at most, the first included, before the job counts as failed.
        timeout_s: Seconds that one run may take. It is broken off at its next statement, step or progress report.
        retry: Seconds to wait after the first, second … failure; the last one repeats.
        unique: True: deferring it again with the same arguments while one is waiting adds nothing. A job that has begun to
            run no longer counts as waiting, so a change made meanwhile is not lost.

    Raises:
        JobError: An option is out of range.
    """
    if callable(name):
        return job()(name)
    if max_attempts < 1 or timeout_s <= 0 or not retry or min(retry) < 0:
        raise JobError(_("max_attempts and timeout_s are above 0, retry holds seconds."), code="job.option")
    if name is not None and not name.isidentifier():
        raise JobError(_("The name of a job is one word: %(name)s", name=name), code="job.option")

    def declare(function: F) -> F:
        kept = _options(function) or JobOptions()
        options = JobOptions(name, max_attempts, timeout_s, tuple(retry), unique, kept.period)
        setattr(function, _MARK, options)
        return function

    return declare


def schedule(*, every: str | None = None, at: str | None = None, cron: str | None = None) -> Callable[[F], F]:
    """Declare a job that comes by itself, in the name of the system; alone or together with `job`.

    It runs once per period however many workers there are. Periods missed while nothing ran are made up for by one run. While a
    run is open (waiting, running or to be tried again), the next one is left out.

    Args:
        every: ``30s``, ``15m``, ``6h``, ``1d``, ``2w``.
        at: Time of day for ``every`` of whole days, such as ``02:00``, in the time zone of the deployment.
        cron: Five cron fields instead of ``every``.

    Raises:
        JobError: The period can't be understood.
    """
    if (every is None) == (cron is None) or (cron is not None and at is not None):
        raise JobError(_("A schedule has either every (with or without at) or cron."), code="job.period")
    period = cron if cron is not None else f"{every} {at}" if at is not None else str(every)
    parse_period(period)

    def declare(function: F) -> F:
        setattr(function, _MARK, replace(_options(function) or JobOptions(), period=period))
        return function

    return declare


def _options(function: Any) -> JobOptions | None:
    found = getattr(function, _MARK, None)
    return found if isinstance(found, JobOptions) else None


def collect_jobs(
    addon: str, modules: Iterable[ModuleType] = (), functions: Iterable[Callable[..., Any]] = ()
) -> list[JobDefinition]:
    """Return the jobs of an addon.

    Args:
        addon: Name of the addon.
        modules: Where it declares jobs, in the order of the text; functions imported from elsewhere are left out.
        functions: More functions marked by `job` or `schedule`, from the hook ``declare_jobs``.

    Raises:
        JobError: A function of ``functions`` is not marked; one takes neither ``env`` nor ``job`` first, or has positional-only or
            ``*`` parameters; or a scheduled one needs arguments. All faults at once.
    """
    declared = [
        function
        for module in modules
        for function in list(vars(module).values())
        if _options(function) is not None and function.__module__ == module.__name__
    ]
    found: list[JobDefinition] = []
    faults: list[CoreError] = []
    for function in (*declared, *functions):
        options = _options(function)
        if options is None:
            faults.append(JobError(_("Not marked as a job: %(function)r", function=function), where=Where(addon=addon)))
            continue
        definition = JobDefinition(f"{addon}.{options.name or function.__name__}", addon, function, options)
        found.append(definition)
        faults += _faults(definition)
    raise_faults(faults, JobError, _("Jobs of the addon %(addon)s", addon=addon))
    return found


def _faults(definition: JobDefinition) -> list[CoreError]:
    code = inspect.unwrap(definition.function).__code__
    where = Where(addon=definition.addon, file=code.co_filename, line=code.co_firstlineno, key=definition.name)
    parameters = inspect.signature(definition.function).parameters
    faults: list[CoreError] = []
    if next(iter(parameters), None) not in (ENV, CONTEXT):
        faults.append(JobError(_("The first parameter of a job is env (or job)."), where=where, code="job.signature"))
    if any(
        parameter.kind in (parameter.POSITIONAL_ONLY, parameter.VAR_POSITIONAL) for parameter in parameters.values()
    ):
        faults.append(JobError(_("The arguments of a job are given by name."), where=where, code="job.signature"))
    needed = [
        name
        for name, one in definition.parameters.items()
        if one.default is one.empty and one.kind is not one.VAR_KEYWORD
    ]
    if definition.options.period and needed:
        names = ", ".join(needed)
        faults.append(
            JobError(
                _("A scheduled job is given no arguments: %(names)s", names=names), where=where, code="job.signature"
            )
        )
    return faults
