"""What moves along, as the engagement's files say it together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from migrate.cli.context import Context
from migrate.cli.moving import move_of
from migrate.config.engagement import IRREVERSIBLE, read_engagement
from migrate.config.move import read_move
from migrate.config.starter import write_starter
from migrate.errors import FileError
from migrate.plan.guard import AUTHENTICATION_CONTEXT, ONBOARD_GROUP
from migrate.views.screen import Screen

ZEROS = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def context(tmp_path: Path) -> Context:
    path = write_starter(tmp_path)[0]
    text = path.read_text(encoding="utf-8")
    for digit in "1234":
        text = text.replace(ZEROS, ZEROS.replace("0", digit), 1)
    path.write_text(text, encoding="utf-8")
    return Context(Screen(as_json=True), read_engagement(path))


def allowing(context: Context) -> Context:
    guard = replace(context.engagement.guard, allow_relaxing=True)
    return replace(context, engagement=replace(context.engagement, guard=guard))


def test_without_a_word_of_anybody_the_packaged_file_holds(context: Context, tmp_path: Path) -> None:
    assert move_of(context) == read_move(tmp_path / "none.toml")


def test_rules_are_loosened_only_where_the_engagement_allows_it_too(context: Context) -> None:
    path = context.engagement.mappings_folder / "move.toml"
    path.write_text('[rights]\nbeyond_policy = "relax"\n', encoding="utf-8")
    with pytest.raises(FileError) as caught:
        move_of(context)
    assert (caught.value.code, caught.value.exit) == ("relaxing_not_allowed", 2)
    assert str(path) in caught.value.where and "allow_relaxing" in caught.value.hint
    assert move_of(allowing(context)).beyond_policy == "relax"
    path.write_text('[rights]\nbeyond_policy = "clamp"\n', encoding="utf-8")
    assert move_of(context).beyond_policy == "clamp"


def test_the_words_of_the_guard_are_those_that_the_planner_knows() -> None:
    assert set(IRREVERSIBLE) == {ONBOARD_GROUP, AUTHENTICATION_CONTEXT}
