"""What a plan warns of beside its items."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tenant_pairs import ELIGIBILITY, SOURCE, TARGET, view

from migrate.cli.plan_warnings import warnings_of
from migrate.config.move import read_move
from migrate.plan.document import Action, Draft
from migrate.plan.right_facts import RightFacts
from migrate.plan.waves import Placed, Placement
from migrate.resolve.findings import Drift
from migrate.resolve.resolution import Resolution

NOTHING: frozenset[Any] = frozenset()
FACTS = RightFacts("p", frozenset({1}), NOTHING, NOTHING, NOTHING, NOTHING, NOTHING)
TOLD = "c1 (Strong): no enforced conditional access policy demands it"


def drift(field: str, *concerns: str) -> Drift:
    detail = {"name": "policy of Exchange Administrator", "property": field, "target": TOLD}
    return Drift("D07", "roleManagementPolicy", "here", "there", detail, concerns=concerns)


def warned(action: Action, *found: Drift, wave: str = "all", unused: tuple[str, ...] = ()) -> tuple[str, ...]:
    draft = Draft(action, ELIGIBILITY, "key", "why", source={"id": "RIGHT-1"})
    drafted = SimpleNamespace(
        gate=SimpleNamespace(warnings=tuple),
        resolved=SimpleNamespace(
            inputs=SimpleNamespace(source=view(SOURCE, {}), target=view(TARGET, {})),
            resolution=Resolution((), (), found),
        ),
    )
    placement = Placement((Placed(draft, FACTS, "rest"),), {"rest": unused} if unused else {})
    return warnings_of(drafted, placement, wave, read_move(Path("none.toml")))  # type: ignore[arg-type]


def test_a_context_that_nothing_enforces_is_told_as_d07() -> None:
    first, *_ = warned(Action.CREATE, drift("enforcement", "right-1", "another"))
    assert first == f"D07: policy of Exchange Administrator: {TOLD} (1 write)"


def test_other_differences_and_other_waves_are_not() -> None:
    assert len(warned(Action.CREATE, drift("claimValue", "right-1"))) == 1
    assert len(warned(Action.KEEP, drift("enforcement", "right-1"))) == 1
    assert len(warned(Action.CREATE, drift("enforcement", "another"))) == 1
    assert len(warned(Action.CREATE, drift("enforcement", "right-1"), wave="other")) == 1


def test_selectors_that_select_nothing_are_told() -> None:
    assert "wave rest names what no right has: role x" in warned(
        Action.CREATE, wave="rest", unused=("role x",)
    )
