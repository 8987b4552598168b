"""A client that hides nothing: plain HTTP with a token, answers as they came."""

from __future__ import annotations

import json
import ssl
from typing import Any

import httpx


def tls(ca_pem: str) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=ca_pem)


class GraphClient:
    def __init__(self, http: httpx.Client, token: str) -> None:
        self.http = http
        self.token = token

    @classmethod
    def sign_in(cls, http: httpx.Client, tenant: str, app: str, secret: str) -> GraphClient:
        answer = http.post(
            f"/{tenant}/oauth2/v2.0/token",
            data={
                "grant_type": "client_credentials",
                "client_id": app,
                "client_secret": secret,
                "scope": f"{str(http.base_url).rstrip('/')}/.default",
            },
        )
        answer.raise_for_status()
        return cls(http, answer.json()["access_token"])

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        url = path if path.startswith(("https://", "/beta/", "/v1.0/")) else f"/v1.0{path}"
        return self.http.request(method, url, headers=headers, **options)

    def get(self, path: str, *, headers: dict[str, str] | None = None, **query: str) -> httpx.Response:
        """``get("/users", filter="…")`` asks with ``$filter``."""
        params = {f"${name}": value for name, value in query.items()}
        return self.request("GET", path, headers=headers or {}, **({"params": params} if params else {}))

    def value(self, path: str, **query: str) -> list[dict[str, Any]]:
        """All rows of a list, page by page."""
        rows: list[dict[str, Any]] = []
        answer = self.get(path, **query)
        while True:
            assert answer.status_code == 200, answer.text
            body = answer.json()
            rows += body["value"]
            if "@odata.nextLink" not in body:
                return rows
            answer = self.get(body["@odata.nextLink"])

    def post(self, path: str, body: Any) -> httpx.Response:
        return self.request("POST", path, json=body)

    def patch(self, path: str, body: Any) -> httpx.Response:
        return self.request("PATCH", path, json=body)

    def delete(self, path: str) -> httpx.Response:
        return self.request("DELETE", path)


def code(answer: httpx.Response) -> str:
    """Graph's code; PIM's own one when it is hidden in the message."""
    error = answer.json()["error"]
    if error["code"] == "UnknownError" and str(error["message"]).startswith("{"):
        return str(json.loads(error["message"])["errorCode"])
    return str(error["code"])
