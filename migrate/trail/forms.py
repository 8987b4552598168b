"""The forms that a trail can be told in, by name."""

from __future__ import annotations

from enum import StrEnum


class Format(StrEnum):
    """Of events."""

    JSONL = "jsonl"
    CEF = "cef"
    OCSF = "ocsf"


class MovedForm(StrEnum):
    """Of the list of what was moved."""

    CSV = "csv"
    SIGMA = "sigma"
