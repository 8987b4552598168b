"""Reads a text file that people edit, on any system and with any editor."""

from __future__ import annotations

from migrate.config.problems import Problems

_BOM_16 = (b"\xff\xfe", b"\xfe\xff")


def read_text(problems: Problems) -> str:
    """The text of the file without a byte order mark.

    Raises FileError ``bad_encoding`` naming the line where it is not UTF-8, ``file_unreadable`` where it
    cannot be read, and lets FileNotFoundError through: what absence means is said by the caller.
    """
    try:
        raw = problems.path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise problems.stop(1, "file_unreadable", f"cannot be read: {error.strerror or error}") from error
    if raw.startswith(_BOM_16):
        raise problems.stop(1, "bad_encoding", "the file is UTF-16; save it as UTF-8")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The position that the decoder gives does not count a byte order mark that it has taken off.
        start = error.start + (3 if raw.startswith(b"\xef\xbb\xbf") else 0)
        line = raw[:start].count(b"\n") + 1
        raise problems.stop(
            line, "bad_encoding", "the file is not UTF-8 (Windows-1252 perhaps); save it as UTF-8"
        ) from error
