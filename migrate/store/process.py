"""Whether a process is still there, asked without touching it."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

from migrate.store.lock import Holder, holder_of


def working(lock_path: Path) -> Holder | None:
    """Who holds the engagement at this moment, as far as can be told without taking the lock.

    A run that was killed leaves its side file behind: its process is gone. Of a process on another machine
    nothing is known; it counts as there.
    """
    holder = holder_of(lock_path)
    if holder is None or (holder.host == socket.gethostname() and not is_alive(holder.pid)):
        return None
    return holder


def is_alive(pid: int) -> bool:
    """Whether a process of this machine has not ended."""
    if pid <= 0:
        return False
    if sys.platform == "win32":
        return _is_alive_on_windows(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        # There, and somebody else's.
        return True
    return True


def _is_alive_on_windows(pid: int) -> bool:
    """``os.kill`` would end the process there: it is opened and asked whether it has ended."""
    import ctypes

    synchronize, access_denied, timed_out = 0x0010_0000, 5, 0x102
    kernel = getattr(ctypes, "WinDLL")("kernel32", use_last_error=True)  # noqa: B009 - Windows only
    handle = kernel.OpenProcess(synchronize, False, pid)
    if not handle:
        return bool(getattr(ctypes, "get_last_error")() == access_denied)  # noqa: B009 - Windows only
    try:
        return bool(kernel.WaitForSingleObject(handle, 0) == timed_out)
    finally:
        kernel.CloseHandle(handle)
