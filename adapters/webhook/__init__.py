"""A school's own way to its people, told by a signed request to an address of its choice. Out only; nothing comes back."""
