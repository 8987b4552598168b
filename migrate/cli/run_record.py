"""What the journal keeps of a run itself: which verb, of which version, who signed in, and who typed it."""

from __future__ import annotations

import getpass
import platform
from typing import TYPE_CHECKING, Any

from migrate import __version__

if TYPE_CHECKING:
    from migrate.graphapi.session import Session
    from migrate.store.journal import Journal

EVENT = "run"


def record_run(
    journal: Journal,
    run_id: str,
    verb: str,
    *,
    plan_id: str | None = None,
    wave: str | None = None,
    session: Session | None = None,
) -> None:
    """On disk when this returns. ``session`` is None for a run that only notes what a person said.

    Raises:
        StateError: it cannot be written.
    """
    payload: dict[str, Any] = {"verb": verb, "version": __version__, "operator": operator()}
    if session is not None:
        payload["caller"] = {
            "object_id": session.caller_id,
            "app_id": session.app_id,
            "app_only": session.app_only,
            "tenant_id": session.tenant_id,
        }
    journal.append(EVENT, run_id=run_id, plan_id=plan_id, wave=wave, payload=payload)


def operator() -> str:
    """The account of this machine that runs the program, ``name@machine``; '' where it has no name."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):
        # In a container the number of a user need not have a name, and each system says so differently.
        return ""
    return f"{name}@{platform.node()}"
