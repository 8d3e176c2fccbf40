"""Private reports: filed, kept from those they are about, answered at a receipt code, and worked on at the desk."""
