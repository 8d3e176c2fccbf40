"""The load bench of the doors: Slack and Teams beside a bare echo bot on the same SDKs, and the web page."""
