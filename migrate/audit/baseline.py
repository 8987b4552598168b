"""The controls of published baselines, and the questions that they ask of our checks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from migrate.audit.finding import Severity


@dataclass(frozen=True, order=True)
class Control:
    """One control: ``baseline`` is the name of its file, ``version`` what the file says it follows."""

    baseline: str
    id: str
    version: str = field(compare=False)
    title: str = field(compare=False)
    severity: Severity = field(compare=False)

    @property
    def label(self) -> str:
        return f"{self.baseline} {self.id}"


@dataclass(frozen=True)
class Asked:
    """What one control asks: a check with thresholds, or (``manual``) something that no snapshot can tell."""

    control: Control
    check: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    manual: str = ""


@dataclass(frozen=True)
class Question:
    """One check with its thresholds, and every control that asks just this."""

    check: str
    parameters: Mapping[str, Any]
    controls: tuple[Control, ...]

    @cached_property
    def severity(self) -> Severity:
        """That of the control that takes it most seriously."""
        return min((one.severity for one in self.controls), key=lambda one: one.rank)


def questions(asked: Iterable[Asked]) -> list[Question]:
    """Each check with the same thresholds once, whoever asks."""
    found: dict[str, tuple[Asked, list[Control]]] = {}
    for one in asked:
        if one.check:
            key = json.dumps([one.check, dict(one.parameters)], sort_keys=True, default=sorted)
            found.setdefault(key, (one, []))[1].append(one.control)
    return [Question(one.check, one.parameters, tuple(controls)) for one, controls in found.values()]
