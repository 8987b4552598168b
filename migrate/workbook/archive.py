"""The zip file that a workbook is: the same report gives the same bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_EPOCH = (1980, 1, 1, 0, 0, 0)
_CHUNK = 1 << 20


class StillArchive(ZipFile):
    """A zip file without times, in which a carriage return survives.

    An XML parser turns a bare CR into a line feed; only as a character reference does it stay what it is
    (XML 1.0, 2.11). The writer of the sheets leaves it bare.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, "w", ZIP_DEFLATED, allowZip64=True)

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_args: Any, **_kwargs: Any) -> None:
        name = zinfo_or_arcname.filename if isinstance(zinfo_or_arcname, ZipInfo) else zinfo_or_arcname
        super().writestr(self._entry(name), data)

    def write(self, filename: Any, arcname: Any = None, *_args: Any, **_kwargs: Any) -> None:
        """Adds a sheet from the file into which it was streamed."""
        entry = self._entry(str(arcname))
        with Path(filename).open("rb") as stream, self.open(entry, "w", force_zip64=True) as place:
            while chunk := stream.read(_CHUNK):
                place.write(chunk.replace(b"\r", b"&#13;"))

    def _entry(self, name: str) -> ZipInfo:
        entry = ZipInfo(name, _EPOCH)
        entry.compress_type = ZIP_DEFLATED
        # What made the file would otherwise differ between Windows and the rest.
        entry.create_system = 3
        entry.external_attr = 0o600 << 16
        return entry
