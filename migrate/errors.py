"""The errors that this program tells people about, each with its exit code.

    MigrateError                 1   the base; never raised itself
    ├── UsageError               2   the command line asks for something that cannot be
    │   └── FileError            2   an engagement or mapping file is wrong (file and line in ``where``)
    ├── NoState                 10   there is no snapshot, resolution or plan yet
    ├── Locked                  11   another run holds the engagement
    ├── AccessError             12   sign-in, consent or licence
    │   ├── SignInFailed        12
    │   ├── ConsentMissing      12
    │   └── LicenceMissing      12
    ├── PlanStale               13   the target changed where the plan writes
    ├── GuardStopped            14   a guard of the engagement stopped the run
    ├── PartialCoverage         16   a snapshot lacks what the verb must know
    ├── Declined                17   the person said no
    ├── WrongTenant             18   the token names another tenant than the engagement
    ├── Unreachable             19   no connection, or none that can be trusted
    ├── StateError              20   the engagement database cannot be written or used
    ├── GraphRefused             1   Graph said no for a reason that has no exit code of its own
    └── Interrupted            130   Ctrl-C; the next run carries on

Exit codes are for people and scripts and never change meaning. Where one exit code covers
several cases, ``code`` tells them apart and is as stable as the exit code.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial


class MigrateError(Exception):
    """One thing that went wrong, told as: what, where, and what to do about it.

    ``retry`` says whether the same command can succeed later without anybody changing anything.
    """

    exit: int = 1
    code: str = "failed"
    retry: bool = False

    def __init__(
        self,
        message: str,
        *,
        where: str = "",
        hint: str = "",
        code: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint
        if code is not None:
            self.code = code

    def __reduce__(self) -> tuple[Callable[[str], MigrateError], tuple[str]]:
        """How it goes from one process to another: made anew there of what it tells."""
        again = partial(type(self), where=self.where, hint=self.hint, code=self.code)
        return again, (self.message,)


class UsageError(MigrateError):
    exit = 2
    code = "usage"


class FileError(UsageError):
    code = "file_invalid"


class NoState(MigrateError):
    exit = 10
    code = "no_state"


class Locked(MigrateError):
    exit = 11
    code = "locked"
    retry = True


class AccessError(MigrateError):
    exit = 12
    code = "access"


class SignInFailed(AccessError):
    code = "sign_in_failed"


class ConsentMissing(AccessError):
    code = "consent_missing"


class LicenceMissing(AccessError):
    code = "licence_missing"


class PlanStale(MigrateError):
    exit = 13
    code = "plan_stale"


class GuardStopped(MigrateError):
    exit = 14
    code = "guard_stopped"


class PartialCoverage(MigrateError):
    exit = 16
    code = "coverage_partial"


class Declined(MigrateError):
    exit = 17
    code = "declined"


class WrongTenant(MigrateError):
    exit = 18
    code = "wrong_tenant"


class Unreachable(MigrateError):
    exit = 19
    code = "unreachable"
    retry = True


class StateError(MigrateError):
    exit = 20
    code = "state_unusable"


class GraphRefused(MigrateError):
    code = "graph_refused"


class Interrupted(MigrateError):
    exit = 130
    code = "interrupted"
    retry = True


def first_of(several: BaseExceptionGroup[BaseException]) -> BaseException:
    """Of things that failed side by side the one to tell: the first of ours, for it caused the others."""
    flat = [first_of(one) if isinstance(one, BaseExceptionGroup) else one for one in several.exceptions]
    return next((one for one in flat if isinstance(one, MigrateError)), flat[0])
