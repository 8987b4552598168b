"""Work that a second process does beside the verb, so that two cores share what takes long.

It is a fresh process on every system, started as Windows starts one: what it works with is what it is given,
and what it reads again by itself. Its errors are told as if the verb had met them.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
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
    ``second_process`` where the process ended without an answer: the system had no memory left, say.
    """
    spawning = get_context("spawn")
    receiving, sending = spawning.Pipe(duplex=False)
    process = spawning.Process(target=_worked, args=(sending, work, given, named), daemon=True)
    with receiving:
        try:
            with sending, _without_ctrl_c():
                process.start()
            yield lambda: _answer(receiving, process.join, lambda: process.exitcode)
        finally:
            if process.pid is not None:
                process.kill()
                process.join()


def _answer(receiving: Connection, join: Callable[[], None], exit_code: Callable[[], int | None]) -> Any:
    try:
        answer, error = receiving.recv()
    except EOFError:
        join()
        raise MigrateError(
            f"a second process, which works beside this one, ended without an answer ({exit_code()})",
            where="second process",
            hint="nothing is lost: run the command again, where more memory is free",
            code="second_process",
        ) from None
    if error is not None:
        raise error
    return answer


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
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
