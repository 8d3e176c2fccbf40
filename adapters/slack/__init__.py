"""The Slack door: translates what Slack sends into Heard, calls the core, and shows its replies as Slack's blocks."""
