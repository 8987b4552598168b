"""The graph of both tenants, its GraphML and its picture."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import networkx
import pytest
from explained_pair import (
    ANNA,
    ANNA_THERE,
    ANNAS,
    BERT,
    BERTS,
    CARA,
    CARA_THERE,
    OPS,
    STRANGER,
    VIEWS,
    resolved,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from tenant_pairs import ELIGIBILITY, EXCHANGE, GROUP_ELIGIBILITY

from migrate.resolve.find_object import Side
from migrate.resolve.graphml import escaped, graphml
from migrate.resolve.layout import lay_out
from migrate.resolve.picture import picture
from migrate.resolve.two_tenants import Place, build


@pytest.fixture(scope="module")
def whole() -> networkx.DiGraph[Place]:
    return build(resolved(), VIEWS)


def test_rights_are_free_or_held_up_and_say_why(whole: networkx.DiGraph[Place]) -> None:
    free, held = whole.nodes["source", ELIGIBILITY, ANNAS], whole.nodes["source", ELIGIBILITY, BERTS]
    assert (free["state"], free["codes"], free["wave"]) == ("free", "", "all")
    assert (held["state"], held["codes"], held["wave"]) == ("blocked", "C01 D01", "")


def test_a_source_object_leads_to_its_counterpart(whole: networkx.DiGraph[Place]) -> None:
    edge = whole.edges[("source", "user", ANNA["id"]), ("target", "user", ANNA_THERE["id"])]
    assert (edge["property"], edge["state"]) == ("counterpart", "accepted")
    edge = whole.edges[("source", "user", CARA["id"]), ("target", "user", CARA_THERE["id"])]
    assert edge["state"] == "proposed"
    assert whole.nodes["target", "user", CARA_THERE["id"]]["state"] == "proposed"
    assert whole.nodes["target", "user", STRANGER["id"]]["state"] == "target only"
    assert not [one for one in whole["source", "user", BERT["id"]] if one[0] == "target"]


def test_policies_lead_to_their_approvers(whole: networkx.DiGraph[Place]) -> None:
    named = {
        data["property"]: there
        for here, there, data in whole.edges(data=True)
        if here[1] == "roleManagementPolicy"
    }
    assert named["primaryApprovers"] == ("source", "user", BERT["id"])
    assert named["roleDefinitionId"] == ("source", "roleDefinition", EXCHANGE)


def test_members_stand_in_the_graph_where_they_were_read() -> None:
    lists = {"groupMember": {OPS["id"]: ({"id": ANNA["id"].upper()}, {"id": "not-in-the-picture"})}}
    views = {**VIEWS, Side.SOURCE: replace(VIEWS[Side.SOURCE], lists=lists)}
    edges = build(resolved(), views).edges
    found = [(here[2], there[2]) for here, there, how in edges(data="property") if how == "members"]
    assert found == [(OPS["id"], ANNA["id"])]


def test_graphml_can_be_read_back(whole: networkx.DiGraph[Place]) -> None:
    written = graphml(whole)
    read = networkx.read_graphml(io.BytesIO(written))
    assert (len(read), read.number_of_edges()) == (len(whole), whole.number_of_edges())
    assert read.nodes[f"source:user:{ANNA['id']}"] == whole.nodes["source", "user", ANNA["id"]]
    assert written == graphml(build(resolved(), VIEWS))


def test_graphml_holds_names_that_xml_cannot() -> None:
    name = "a\x00\x1b[31m\r\n\t\\u0041 ]]> <b> \ud800 \ufffe 张"
    hostile: networkx.DiGraph[Place] = networkx.DiGraph()
    hostile.add_node(("source", "user", "x"), kind="user", name=name)
    read = networkx.read_graphml(io.BytesIO(graphml(hostile)))
    assert original(read.nodes["source:user:x"]["name"]) == name


@settings(max_examples=60)
@given(st.text(st.characters(), max_size=60))
def test_what_is_escaped_can_be_read_again(text: str) -> None:
    assert original(escaped(text)) == text
    assert not re.search("[\x00-\x1f\ud800-\udfff]", escaped(text))


def original(text: str) -> str:
    return re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text)


def test_every_node_has_a_spot_of_its_own(whole: networkx.DiGraph[Place]) -> None:
    layout = lay_out(whole)
    assert {spot.place for spot in layout.spots} == set(whole)
    assert len({(spot.x, spot.y) for spot in layout.spots}) == len(whole)


def test_a_counterpart_stands_opposite_and_the_rights_beside(whole: networkx.DiGraph[Place]) -> None:
    at = {spot.place: spot for spot in lay_out(whole).spots}
    ours, theirs = at["source", "user", ANNA["id"]], at["target", "user", ANNA_THERE["id"]]
    assert ours.y == theirs.y
    assert ours.x < theirs.x
    held = [at["source", ELIGIBILITY, ANNAS], at["source", GROUP_ELIGIBILITY, group_right_id(whole)]]
    assert {one.y for one in held} == {ours.y}
    assert all(at["source", "roleDefinition", EXCHANGE].x < one.x < ours.x for one in held)


def group_right_id(whole: networkx.DiGraph[Place]) -> str:
    return next(place[2] for place in whole if place[1] == GROUP_ELIGIBILITY)


def test_the_picture_does_not_depend_on_the_order_of_the_graph(whole: networkx.DiGraph[Place]) -> None:
    turned: networkx.DiGraph[Place] = networkx.DiGraph()
    turned.add_nodes_from(reversed(list(whole.nodes(data=True))))
    turned.add_edges_from(reversed(list(whole.edges(data=True))))
    assert picture(turned) == picture(whole)


def test_a_right_whose_principal_is_not_told_is_in_the_picture_too() -> None:
    lonely: networkx.DiGraph[Place] = networkx.DiGraph()
    lonely.add_node(
        ("source", ELIGIBILITY, "r"), kind=ELIGIBILITY, name="r", state="blocked", codes="", wave=""
    )
    assert [spot.place for spot in lay_out(lonely).spots] == [("source", ELIGIBILITY, "r")]
    assert lay_out(networkx.DiGraph()).spots == ()
