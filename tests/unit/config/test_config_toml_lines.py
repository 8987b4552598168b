from __future__ import annotations

import tomllib
from typing import Any

from migrate.config.toml_lines import key_lines

TRICKY = "\n".join(
    [
        "# a comment with [brackets] and = signs",
        'top = "a # no comment"   # a comment',
        '"quoted key" = "its \\" own" # more',
        "",
        "[table]",
        'long = """',
        "[not.a.table]",
        'key = "not a key" \\"""',
        '""""',
        "raw = '''",
        "other = 1",
        "'''",
        "list = [",
        '  "one", # with ] a bracket',
        '  { name = "x", deep = { er = 1 } },',
        "  [2, 3],",
        "]",
        'dotted.part . "two parts" = 2020-01-01 07:32:00',
        "[ table . sub ]",
        'inline = { a = 1, b = "}" }',
        "[[many]]",
        "first = 1",
        "[[many]]",
        "first = 2",
        "second = true",
    ]
)


def names(data: Any, prefix: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    if isinstance(data, list):
        return {name for each in data for name in names(each, prefix)}
    if not isinstance(data, dict):
        return set()
    found = set()
    for key, value in data.items():
        found |= {(*prefix, key)} | names(value, (*prefix, key))
    return found


def test_it_finds_exactly_the_keys_that_tomllib_finds() -> None:
    assert set(key_lines(TRICKY)) == names(tomllib.loads(TRICKY))


def test_each_key_stands_on_the_line_that_is_told() -> None:
    lines = TRICKY.splitlines()
    for name, line in key_lines(TRICKY).items():
        assert name[-1] in lines[line - 1], (name, line)


def test_lines_of_a_windows_file() -> None:
    assert key_lines("a = 1\r\n[b]\r\nc = '''\r\nx'''\r\nd = 2\r\n") == {
        ("a",): 1,
        ("b",): 2,
        ("b", "c"): 3,
        ("b", "d"): 5,
    }


def test_an_empty_text_has_no_keys() -> None:
    assert key_lines("") == {}
    assert key_lines("# only words") == {}
