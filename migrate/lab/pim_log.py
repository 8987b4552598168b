"""An entry of PIM's request log: how a body becomes one, and how it is answered."""

from __future__ import annotations

from typing import Any

from migrate.lab.call import Answer, Call, Json
from migrate.lab.pim_books import Book, show_request
from migrate.lab.schedules import Request


def make_request(call: Call, body: Json, action: str, target: str, where: str) -> Request:
    """The request as it was asked for; it is not in the log yet."""
    ticket = body.get("ticketInfo")
    shown: Json | None = None
    if isinstance(ticket, dict):
        shown = {"ticketNumber": ticket.get("ticketNumber"), "ticketSystem": ticket.get("ticketSystem")}
    return Request(
        id=call.ids.new(),
        action=action,
        principal_id=str(body.get("principalId")),
        target=target,
        where=where,
        status="Provisioned",
        created=call.now,
        completed=None,
        created_by=call.caller.object_id,
        schedule_id=None,
        info=None,
        justification=body.get("justification"),
        ticket=shown,
        validation_only=bool(body.get("isValidationOnly")),
        custom_data=body.get("customData"),
    )


def created(call: Call, book: Book, request: Request) -> Answer:
    """201 with the whole request."""
    fragment = book.path("Requests").strip("/") + "/$entity"
    shown: dict[str, Any] = {
        "@odata.context": call.context(fragment),
        **show_request(book, request, call.now),
    }
    return Answer(201, shown)
