"""What the Slack door has to be told."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """What Slack's app page gives, "" where it is not used; none of it is ever shown in a repr.

    ``bot_token``: for one workspace. ``client_id`` and ``client_secret``: for the install page, for many.
    ``app_token``: Socket Mode where set. ``public_url``: this installation's own address.
    """

    signing_secret: str = field(default="", repr=False)
    bot_token: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    api_url: str = "https://slack.com/api/"
    public_url: str = ""

    @property
    def installs(self) -> bool:
        """Whether workspaces can be added at the install page."""
        return bool(self.client_id and self.client_secret)
