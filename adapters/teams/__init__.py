"""The Teams door: activities in, Adaptive Cards out."""
