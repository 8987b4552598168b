"""What a workbook carries for the program that reads it back: hidden columns of each table, one hidden sheet.

None of it is a secret or a proof. It tells where a row belongs, what it showed when it was written, and from
which snapshots, so that a workbook finds its way back after weeks in which the tenants moved on.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from zlib import crc32

import orjson

from migrate.workbook.declare import TableSheet, Value
from migrate.workbook.report import Report
from migrate.workbook.text import fit, unescaped

SHEET = "Machine"
FORMAT = "pim-migrate workbook 1"
"""Goes up when an older program could misread what a newer one wrote."""

KEY, BASIS, SHOWN, CHECK = "Row key", "Row basis", "Row shown", "Row check"
"""The headers of the hidden columns: which row, what a decision rests on, what the entries said, a mark for
each locked cell."""

_MARKS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.!"
MARK_LENGTH = 3
_NOT_COMPARED = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_DAY = 86_400
_EXCEL_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)


def facts(report: Report, tables: Mapping[str, Sequence[str]], *, redacted: bool) -> dict[str, str]:
    """The lines of the hidden sheet. ``tables`` holds the locked headers of each table, in its order."""
    source, target = report.source_snapshot, report.target_snapshot
    return {
        "format": FORMAT,
        "engagement": report.engagement,
        "source_tenant_id": source.tenant_id.lower(),
        "target_tenant_id": target.tenant_id.lower(),
        "resolution_id": report.resolution_id,
        "resolution_hash": report.resolution_hash,
        "source_snapshot_id": source.id,
        "source_snapshot_hash": source.hash,
        "target_snapshot_id": target.id,
        "target_snapshot_hash": target.hash,
        "tool_version": report.tool_version,
        "redacted": "yes" if redacted else "no",
        **{f"locked columns of {name}": shown(headers) for name, headers in tables.items()},
    }


def locked_headers(sheet: TableSheet[object]) -> list[str]:
    return [one.header for one in sheet.columns if one.entry is None]


def machine_headers(sheet: TableSheet[object]) -> list[str]:
    """The hidden columns of a table, which stand behind all others."""
    return [KEY, CHECK] if sheet.basis is None else [KEY, BASIS, SHOWN, CHECK]


def shown(values: Sequence[str]) -> str:
    """A list of texts as one text."""
    return orjson.dumps([_NOT_COMPARED.sub("", one) for one in values]).decode()


def said(text: str) -> list[str]:
    """The list that ``shown`` wrote; raises ValueError for anything else."""
    values = orjson.loads(text)
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise ValueError("no list of texts")
    return values


def comparable(value: Value) -> str:
    """What of a value survives every spreadsheet program, so that two readings of it can be compared.

    Excel rounds numbers to 15 digits; LibreOffice drops what no keyboard types, and saves a text that looks
    like an escape (``_x0041_``) as if it were one: that is no change.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        text = fit(value)
        if text.isascii() and text.isprintable() and "_x" not in text:
            return text
        while "_x" in text and (read := unescaped(text)) != text:
            text = read
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        return _NOT_COMPARED.sub("", text)
    if isinstance(value, datetime):
        value = serial(value)
    number = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if number == "-0" else number


def serial(moment: datetime) -> float:
    """The moment as Excel counts it: days since the end of 1899, whole seconds, in UTC."""
    span = moment.astimezone(UTC).replace(microsecond=0) - _EXCEL_EPOCH
    return span.days + span.seconds / _DAY


def mark(text: str) -> str:
    """Three characters that differ for most different texts: care against slips, not security."""
    value = crc32(text.encode("utf-8", "surrogatepass"))
    return _MARKS[value & 63] + _MARKS[value >> 6 & 63] + _MARKS[value >> 12 & 63]


def fingerprint(value: object) -> str:
    """Twenty hexadecimal digits over anything that JSON can hold."""
    text = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).hexdigest()[:20]


def said_or_nothing(text: str) -> list[str]:
    """As ``said``; what is no such list says nothing."""
    try:
        return said(text)
    except ValueError:
        return []
