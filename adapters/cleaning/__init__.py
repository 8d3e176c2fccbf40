"""Attachments made anew before they are kept, apart from this program: they tell nothing of their maker and can do nothing."""

from adapters.cleaning.apart import CleanFile, clean
from adapters.cleaning.refusals import MAX_BYTES, MAX_FILES, Refused

__all__ = ["MAX_BYTES", "MAX_FILES", "CleanFile", "Refused", "clean"]
