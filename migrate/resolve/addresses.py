"""The addresses that an account has, as they are compared: in lower case, under their old and new domain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from migrate.kinds import user
from migrate.kinds.kind import Row

_EXTERNAL = "#ext#"


def renamed(address: str, domains: Mapping[str, str]) -> Iterator[str]:
    """The address itself and, where its domain has a new name, the address under that name."""
    address = address.strip().lower()
    local, _, domain = address.rpartition("@")
    if not local:
        return
    yield address
    new = domains.get(domain, domain)
    if new != domain:
        yield f"{local}@{new}"


def sign_in_name(row: Row) -> str:
    return _address(row.get("userPrincipalName"))


def mail(row: Row) -> str:
    return _address(row.get("mail"))


def proxies(row: Row) -> list[str]:
    """The SMTP addresses among the proxy addresses, which carry their protocol in front."""
    return [
        address
        for one in row.get("proxyAddresses") or ()
        if isinstance(one, str) and one[:5].lower() == "smtp:" and (address := _address(one[5:]))
    ]


def is_external(row: Row) -> bool:
    """Whether somebody signs in with an account of another tenant, as a guest or as an invited member."""
    upn = str(row.get("userPrincipalName") or "")
    return user.is_guest(row) or ("#" in upn and _EXTERNAL in upn.lower())


def invited_addresses(row: Row, guest_domains: frozenset[str]) -> frozenset[str]:
    """The addresses to which an account of another tenant was invited: its mail, and what Graph made its
    sign-in name of (``anna_contoso.com#EXT#@fabrikam.onmicrosoft.com``; domains hold no underscore)."""
    if not is_external(row):
        return frozenset()
    found = {mail(row)}
    before, external, after = str(row.get("userPrincipalName") or "").lower().partition(_EXTERNAL)
    if external and (not guest_domains or after.removeprefix("@") in guest_domains):
        local, _, domain = before.rpartition("_")
        if local and domain:
            found.add(f"{local}@{domain}")
    return frozenset(found - {""})


def verified_addresses(row: Row, domains: frozenset[str]) -> frozenset[str]:
    """Those of somebody's addresses that lie in domains of which the tenant has proved that it owns them."""
    every = {sign_in_name(row), mail(row), *proxies(row)}
    return frozenset(one for one in every if one.rpartition("@")[2] in domains)


def guest_name(address: str, guest_domain: str) -> str:
    """The sign-in name that Graph gives a guest who was invited to this address."""
    local, _, domain = address.rpartition("@")
    return f"{local}_{domain}#EXT#@{guest_domain}"


def _address(value: object) -> str:
    return _clean(value) if isinstance(value, str) else ""


@lru_cache(maxsize=64)
def _clean(text: str) -> str:
    """An address in lower case; empty for what is none. Each row has the same few again and again."""
    text = text.strip().lower()
    return text if text.rfind("@") > 0 else ""
