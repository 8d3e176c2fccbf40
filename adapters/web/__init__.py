"""The web door: policy pages where every link lands, the chat page, the head's page of topics, the health check of a policy."""
