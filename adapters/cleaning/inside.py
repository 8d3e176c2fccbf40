"""What the child does with one file: tell its kind, clean it, or say why not. Never called in a process that has anything to lose."""

from __future__ import annotations

from adapters.cleaning.kinds import Kind, kind_of
from adapters.cleaning.refusals import Refused


def cleaned(content: bytes) -> tuple[Kind, bytes]:
    """A file's kind and content as they are kept. Raises Refused, and nothing else, for whatever is wrong with it."""
    kind = kind_of(content)
    try:
        if kind is Kind.PDF:
            from adapters.cleaning.pdf import clean_pdf

            return kind, clean_pdf(content)
        from adapters.cleaning.pictures import clean_picture

        return clean_picture(content, kind)
    except Refused:
        raise
    except MemoryError:
        raise Refused("too_much") from None
    except Exception as error:  # the libraries raise whatever they stumble over in a damaged file; none of it would help the reporter
        raise Refused("too_much" if type(error).__name__ == "LimitReachedError" else "damaged") from None
