"""What the query strings of an access review name (graph-facts §2.9).

Reviews have no properties for roles, groups and people: their ids stand inside texts such as
``/roleManagement/directory/roleAssignmentScheduleInstances?$filter=roleDefinitionId eq '{id}'``. What it
names can only be told from the words before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, unquote_plus

from migrate.kinds.ids import is_guid
from migrate.kinds.kind import DIRECTORY_OBJECT

GRAPH_QUERY = "microsoftgraph"
"""The ``queryType`` of queries that are paths of Microsoft Graph; others (Azure's) mean other things."""

_GUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_WORD = r"[^\s/'()=,?&]"
_ADDRESS = rf"(?<!{_WORD}){_WORD}*(?:@|%40){_WORD}*"
_LOCAL = re.compile(f"{_ADDRESS}|{_GUID}", re.IGNORECASE)
_BARE_GUID = re.compile(_GUID, re.IGNORECASE)
_SEGMENT = re.compile(r"(?:^|/)([a-z]+)(?:/|\(\s*'?)$", re.IGNORECASE)
_EQUALS = re.compile(r"([a-z]+(?:/[a-z]+)*)\s+(?:eq|ne)\s+'?/?$", re.IGNORECASE)
_ONE_OF = re.compile(
    rf"([a-z]+(?:/[a-z]+)*)\s+in\s*\(\s*(?:'?{_GUID}'?\s*,\s*)*'?$",
    re.IGNORECASE,
)
_COLLECTIONS = {
    "groups": "group",
    "users": "user",
    "roledefinitions": "roleDefinition",
    "serviceprincipals": "servicePrincipal",
    "directoryobjects": DIRECTORY_OBJECT,
    "administrativeunits": "administrativeUnit",
}
_PROPERTIES = {
    "roledefinitionid": "roleDefinition",
    "principalid": DIRECTORY_OBJECT,
    "groupid": "group",
    "userid": "user",
    "directoryscopeid": DIRECTORY_OBJECT,
    "roledefinition/id": "roleDefinition",
    "principal/id": DIRECTORY_OBJECT,
    "group/id": "group",
}
_LONGEST_LEAD = 4_000
"""Characters before an id that are looked at: enough for a list of a hundred ids."""


@dataclass(frozen=True)
class Named:
    """One id (in lower case) or address in a query; ``kind`` is empty where nothing says what it names."""

    kind: str
    id: str
    start: int
    end: int


def named_in(query: str) -> Iterator[Named]:
    """Everything in a query that means something in one tenant only, in the order of the text."""
    collection = _collection_of(query)
    for found in _LOCAL.finditer(query):
        before = unquote_plus(query[max(0, found.start() - _LONGEST_LEAD) : found.start()])
        text = unquote(found[0]).lower()
        if is_guid(text):
            kind = _kind_after(before, collection)
        else:
            # An address instead of an id: Graph takes it in the place of a person's id alone.
            segment = _SEGMENT.search(before)
            kind = "user" if segment and segment[1].lower() == "users" else ""
        yield Named(kind, text, found.start(), found.end())


def hides_ids(query: str) -> bool:
    """Whether there are ids that can be seen only when the text is decoded."""
    return len(_BARE_GUID.findall(query)) != len(_BARE_GUID.findall(unquote_plus(query)))


def _kind_after(before: str, collection: str) -> str:
    if segment := _SEGMENT.search(before):
        return _COLLECTIONS.get(segment[1].lower(), "")
    compared = _EQUALS.search(before) or _ONE_OF.search(before)
    if compared is None:
        return ""
    name = compared[1].lower()
    if name == "id":
        return collection
    return _PROPERTIES.get(name) or _PROPERTIES.get(name.rpartition("/")[2], "")


def _collection_of(query: str) -> str:
    """The kind of what a query lists, where its path ends in a collection that is known."""
    path = unquote(query.partition("?")[0]).rstrip("/")
    return _COLLECTIONS.get(path.rpartition("/")[2].lower(), "")
