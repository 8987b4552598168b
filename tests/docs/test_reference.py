"""The reference is what the commands say, and no verb goes without a word."""

from __future__ import annotations

import re

import pytest
from console_blocks import DOCUMENTS, ROOT, commands
from reference import PAGE, page, verbs


def test_the_reference_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python tests/docs/reference.py"


@pytest.mark.parametrize("name", verbs())
def test_every_verb_and_option_says_what_it_does(name: str) -> None:
    command = verbs()[name]
    assert command.help
    for each in command.params:
        assert each.help, each.name


@pytest.mark.parametrize("name", verbs())
def test_every_verb_is_used_in_a_document(name: str) -> None:
    used = [command.text for document in DOCUMENTS for command in commands(document)]
    if name == "demo":
        assert "-m migrate demo" in (ROOT / "README.md").read_text(encoding="utf-8")
    else:
        assert any(re.match(rf"pim-migrate {name}\b", text) for text in used)


@pytest.mark.parametrize("name", [name for name in verbs() if name not in ("demo", "lab serve")])
def test_every_verb_takes_engagement_and_json(name: str) -> None:
    assert {"engagement", "json"} <= {each.name for each in verbs()[name].params}
