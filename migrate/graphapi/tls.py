"""Whom a connection to Graph trusts."""

from __future__ import annotations

import ssl

from migrate.errors import FileError
from migrate.graphapi.endpoint import Endpoint


def trusted_roots(endpoint: Endpoint) -> ssl.SSLContext:
    """The endpoint's CA bundle alone, or the roots of this machine and of certifi together.

    Both: a company's proxy is known to the machine only, and some Python builds bring no roots of their own.
    """
    if endpoint.ca_bundle is None:
        import httpx

        context = httpx.create_ssl_context()
        context.load_default_certs()
        return context
    try:
        return ssl.create_default_context(cafile=str(endpoint.ca_bundle))
    except OSError as error:
        raise FileError(
            f"The CA bundle cannot be read: {error.strerror or error}",
            where=str(endpoint.ca_bundle),
            hint="ca_bundle names a file of PEM certificates",
            code="ca_bundle_unreadable",
        ) from None
