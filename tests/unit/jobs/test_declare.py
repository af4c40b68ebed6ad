"""The decorators of jobs.py, and the check of arguments."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from core.errors import JobError
from core.jobs import JobContext, JobSet, collect_jobs, job, schedule
from core.jobs.declare import JobDefinition


def module_of(*functions: Any) -> ModuleType:
    module = ModuleType("addons.sample.jobs")
    for function in functions:
        function.__module__ = module.__name__
        setattr(module, function.__name__, function)
    return module


@job()
def plain(env: Any, number: int, job: JobContext, text: str = "") -> None:
    """Do something.

    At length.
    """


def test_job_is_named_after_its_addon_and_function() -> None:
    @job("other", max_attempts=2, retry=[1])
    def function(env: Any) -> None: ...

    found = collect_jobs("sample", [module_of(plain, function)])
    assert [one.name for one in found] == ["sample.plain", "sample.other"]
    assert found[0].summary == "Do something."
    assert list(found[0].parameters) == ["number", "text"]
    assert (found[0].wants_env, found[0].wants_context) == (True, True)
    assert (found[1].options.max_attempts, found[1].options.retry) == (2, (1,))


def test_the_decorator_works_without_parentheses() -> None:
    @job
    def bare(env: Any) -> None: ...

    assert [one.name for one in collect_jobs("sample", [module_of(bare)])] == ["sample.bare"]


def test_functions_imported_from_elsewhere_are_not_declared_again() -> None:
    @job()
    def foreign(env: Any) -> None: ...

    module = module_of(plain)
    foreign.__module__ = "addons.other.jobs"
    module.foreign = foreign  # type: ignore[attr-defined]
    assert [one.name for one in collect_jobs("sample", [module])] == ["sample.plain"]


def test_functions_given_by_the_hook_are_jobs_too_if_they_are_marked() -> None:
    assert [one.name for one in collect_jobs("sample", functions=[plain])] == ["sample.plain"]
    with pytest.raises(JobError, match="Not marked as a job"):
        collect_jobs("sample", functions=[print])


@pytest.mark.parametrize("outer_first", [True, False])
def test_schedule_and_job_go_together_in_either_order(outer_first: bool) -> None:
    def function(env: Any) -> None: ...

    decorators = [job(max_attempts=2), schedule(every="1d", at="02:00")]
    for decorate in decorators if outer_first else reversed(decorators):
        function = decorate(function)
    (found,) = JobSet(collect_jobs("sample", [module_of(function)])).scheduled
    assert (found.options.max_attempts, found.options.period) == (2, "1d 02:00")


def test_wrong_signatures_are_told_all_at_once_with_file_and_line() -> None:
    @job()
    def without_env(number: int) -> None: ...

    @job()
    def positional(env: Any, *numbers: int) -> None: ...

    @schedule(every="1h")
    def needy(env: Any, number: int) -> None: ...

    with pytest.raises(JobError) as caught:
        collect_jobs("sample", [module_of(without_env, positional, needy)])
    assert [fault.where.key for fault in caught.value.faults] == [
        "sample.without_env",
        "sample.positional",
        "sample.needy",
    ]
    assert all(fault.where.line and fault.where.file == __file__ for fault in caught.value.faults)


def test_two_jobs_of_one_name_are_refused() -> None:
    twice = collect_jobs("sample", [module_of(plain)]) + collect_jobs("sample", [module_of(plain)])
    with pytest.raises(JobError, match="declared twice"):
        JobSet(twice)


@pytest.mark.parametrize(
    "options",
    [{"max_attempts": 0}, {"timeout_s": 0}, {"retry": ()}, {"retry": (-1,)}, {"name": "a.b"}],
)
def test_options_out_of_range_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(JobError):
        job(**options)


@pytest.mark.parametrize(
    "options",
    [{}, {"every": "1d", "cron": "* * * * *"}, {"cron": "* * * * *", "at": "02:00"}, {"every": "fortnightly"}],
)
def test_schedules_that_say_nothing_or_two_things_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(JobError):
        schedule(**options)


@pytest.mark.parametrize("name", ["env", "job"])
def test_env_and_context_are_no_arguments(name: str) -> None:
    with pytest.raises(JobError, match="Unknown argument"):
        JobDefinition("sample.plain", "sample", plain).payload({"number": 1, name: 1})


def test_function_that_takes_anything_is_given_anything() -> None:
    def anything(env: Any, **values: Any) -> None: ...

    assert JobDefinition("sample.anything", "sample", anything).payload({"a": 1}) == {"a": 1}
