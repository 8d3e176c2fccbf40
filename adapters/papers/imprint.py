"""What a PDF of ours says of itself to whoever looks behind its pages."""

from __future__ import annotations

from typing import Any

from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFInfo, PDFString


class Imprint(PDFInfo):  # type: ignore[misc]
    """A PDF's metadata: "Signpost" and nothing else; no name, no time, no title that tells of the case."""

    def format(self, document: Any) -> Any:
        """The dictionary as it stands in the file."""
        return PDFDictionary({"Title": PDFString("Signpost"), "Producer": PDFString("Signpost")}).format(document)
