"""The zip file that a workbook is: the same report gives the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_EPOCH = (1980, 1, 1, 0, 0, 0)
_CHUNK = 1 << 20
_END_OF_ROWS = b"</sheetData>"
_LEVEL = 4
"""Two thirds of the time of the usual level, for a file that is a tenth larger."""


class StillArchive(ZipFile):
    """A zip file without times. ``rows`` holds, by the file into which a sheet was written, the rows that
    were written apart from it and take their place behind those that it has."""

    def __init__(self, path: Path, rows: Mapping[str, IO[bytes]]) -> None:
        super().__init__(path, "w", ZIP_DEFLATED, allowZip64=True, compresslevel=_LEVEL)
        self._rows = rows

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_args: Any, **_kwargs: Any) -> None:
        name = zinfo_or_arcname.filename if isinstance(zinfo_or_arcname, ZipInfo) else zinfo_or_arcname
        super().writestr(self._entry(name), data, compresslevel=_LEVEL)

    def write(self, filename: Any, arcname: Any = None, *_args: Any, **_kwargs: Any) -> None:
        """Adds a sheet from the file into which it was streamed."""
        entry = self._entry(str(arcname))
        frame, end, tail = Path(filename).read_bytes().rpartition(_END_OF_ROWS)
        with self.open(entry, "w", force_zip64=True) as place:
            place.write(frame)
            if rows := self._rows.get(str(filename)):
                rows.seek(0)
                while chunk := rows.read(_CHUNK):
                    place.write(chunk)
            place.write(end + tail)

    def _entry(self, name: str) -> ZipInfo:
        entry = ZipInfo(name, _EPOCH)
        entry.compress_type = ZIP_DEFLATED
        # How hard ``open`` compresses is said here and nowhere else (public as ``compress_level`` from 3.13).
        entry._compresslevel = _LEVEL  # type: ignore[attr-defined]
        # What made the file would otherwise differ between Windows and the rest.
        entry.create_system = 3
        entry.external_attr = 0o600 << 16
        return entry
