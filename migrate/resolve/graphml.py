"""The reference graph of both tenants as GraphML, for programs that draw or search graphs."""

from __future__ import annotations

import io
import re

import networkx

from migrate.resolve.two_tenants import Place

# XML 1.0 cannot hold most control characters, halves of surrogate pairs, U+FFFE and U+FFFF; parsers turn
# carriage returns and, in attributes, line breaks and tabs into something else.
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\\\\\ud800-\udfff\ufffe\uffff]")


def escaped(text: str) -> str:
    """The text as XML can hold it: what XML cannot, and the backslash itself, become ``\\uXXXX``, so that
    reading ``\\uXXXX`` back as that character gives the text again."""
    return _UNFIT.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def graphml(whole: networkx.DiGraph[Place]) -> bytes:
    """The whole document, UTF-8; equal graphs give equal bytes. A node's id is ``side:kind:id``."""
    shown: networkx.DiGraph[str] = networkx.DiGraph()
    for place in sorted(whole):
        shown.add_node(_id(place), **{name: escaped(value) for name, value in whole.nodes[place].items()})
    for here, there, data in sorted(whole.edges(data=True), key=lambda edge: (edge[0], edge[1])):
        values = {name: escaped(value) for name, value in data.items()}
        shown.add_edge(_id(here), _id(there), **values)
    written = io.BytesIO()
    # The writer of the standard library: that of lxml is used only where lxml happens to be installed.
    networkx.write_graphml_xml(shown, written, encoding="utf-8", prettyprint=True)
    return written.getvalue()


def _id(place: Place) -> str:
    return escaped(":".join(place))
