"""Work that a second process does beside the verb, so that two cores share what takes long.

It is a fresh process on every system, started as Windows starts one: what it works with is what it is given,
and what it reads again by itself. Its errors are told as if the verb had met them.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, ParamSpec, TypeVar

from migrate.errors import MigrateError

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


@contextmanager
def beside(
    work: Callable[Given, Answer], *given: Given.args, **named: Given.kwargs
) -> Iterator[Callable[[], Answer]]:
    """Starts ``work``, a function of a module, and gives what waits for its answer, which may be asked for
    once. At the end of the block the process is gone, whatever it was doing.

    The answer raises the MigrateError that the work met, of a defect as ``as_told`` tells it; MigrateError
    ``second_process`` where the process did not start, or ended without an answer: the system had no memory
    left, say.
    """
    spawning = get_context("spawn")
    receiving, sending = spawning.Pipe(duplex=False)
    process = spawning.Process(target=_worked, args=(sending, work, given, named), daemon=True)
    with receiving:
        try:
            with sending, _without_ctrl_c():
                _start(process)
            yield lambda: _answer(receiving, process)
        finally:
            if process.pid is not None:
                process.kill()
                process.join()


def _start(process: BaseProcess) -> None:
    try:
        process.start()
    except OSError as error:
        # A broken pipe, too: it dies before it is told what to do.
        raise _without_answer(f"did not start ({error.strerror or error})") from error


def _answer(receiving: Connection, process: BaseProcess) -> Any:
    # The end of the pipe is not enough: on Windows this process keeps the other end as well until the second
    # one has taken it.
    if receiving not in wait([receiving, process.sentinel]):
        raise _ended(process)
    try:
        answer, error = receiving.recv()
    except (EOFError, OSError):
        raise _ended(process) from None
    if error is not None:
        raise error
    return answer


def _ended(process: BaseProcess) -> MigrateError:
    process.join()
    return _without_answer(f"ended without an answer ({process.exitcode})")


def _without_answer(what: str) -> MigrateError:
    return MigrateError(
        f"a second process, which works beside this one, {what}",
        where="second process",
        hint="nothing is lost: run the command again, where more memory is free",
        code="second_process",
    )


def _worked(
    sending: Connection, work: Callable[..., Any], given: tuple[Any, ...], named: dict[str, Any]
) -> None:
    """In the second process: works, and sends the answer or the error."""
    from migrate.cli.choke_point import as_told

    # Ctrl-C reaches every process of a terminal: the first one answers it, and ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        said: tuple[Any, MigrateError | None] = (work(*given, **named), None)
    except Exception as error:  # noqa: BLE001 - sent to where it is told
        said = (None, as_told(error))
    # Where the first process is gone nobody wants it any more.
    with suppress(BrokenPipeError), sending:
        sending.send(said)


@contextmanager
def _without_ctrl_c() -> Iterator[None]:
    """Whoever is started in this block does not see Ctrl-C, not even before it can say so itself; here it is
    only put off. Windows has no such thing: there Ctrl-C in the moment of starting is told by both."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # The first start of all starts this as well, which lets Ctrl-C through again (Python 3.11).
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
