"""What the Teams door must know of its registration."""

from __future__ import annotations

from dataclasses import dataclass

METADATA_URL = "https://login.botframework.com/v1/.well-known/openidconfiguration"
LOGIN_URL = "https://login.microsoftonline.com"


@dataclass(frozen=True, slots=True)
class TeamsSettings:
    """A bot registration. ``tenant_id``: the registration's home tenant, where its tokens are issued (single-tenant registration).

    ``metadata_url`` and ``login_url``: Microsoft's; a local stand-in in tests.
    ``unauthenticated``: activities need no token and none is sent, and only programs on this machine are answered: the demo, nothing else.
    """

    app_id: str
    app_password: str
    tenant_id: str
    public_url: str = ""
    metadata_url: str = METADATA_URL
    login_url: str = LOGIN_URL
    unauthenticated: bool = False
