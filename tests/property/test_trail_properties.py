"""CEF holds any text: what is written is read back, on one line, and never becomes another field."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st

from migrate.trail import cef

texts = st.text(alphabet=st.characters(codec="utf-8")) | st.text(alphabet="\\|=\n\r ncs1")
keys = st.sampled_from(["duser", "msg", "cs1", "pimBefore"])


def unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "r": "\r"}.get(found[1], found[1]), text)


@given(texts)
@example("\\|")
@example("a\\")
def test_a_part_of_the_header_is_read_back(text: str) -> None:
    shown = cef.header_text(text)
    assert len(shown.splitlines()) <= 1
    assert re.fullmatch(r"(?:[^|\\]|\\[|\\])*", shown)
    one_line = re.sub(r"\r\n|\n|\r", " ", text)
    assert unescaped(shown) == cef.visible(one_line)


@given(keys, texts)
@example("msg", "x cs1=forged")
@example("msg", "\\")
@example("msg", "\\n")
def test_a_value_is_read_back(key: str, text: str) -> None:
    shown = cef.extension_text(key, text)
    assert len(shown.splitlines()) <= 1
    assert re.fullmatch(r"(?:[^=\\\n\r]|\\[=\\nr])*", shown)
    assert unescaped(shown) == cef.visible(text, keep="\r\n")


@given(st.dictionaries(keys, texts, min_size=1))
def test_fields_do_not_run_into_each_other(fields: dict[str, str]) -> None:
    told = cef.extension(fields)
    found = re.findall(r"(?:^| )([A-Za-z0-9]+)(?<!\\)=", told)
    assert found == [key for key, value in fields.items() if value]
