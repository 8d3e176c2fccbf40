"""What a Word document shows on paper is what its blocks say: printed numbers, tracked changes, boxes, notes and all."""

from __future__ import annotations

import io
import zipfile

from knowledge.documents import Block, Document, read_bytes

SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
SPACE += ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml"'
TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
REL = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
LEVELS = [("decimal", "%1."), ("lowerLetter", "(%2)"), ("lowerRoman", "%3)")]
NUMBERING = "".join(
    f'<w:lvl w:ilvl="{at}"><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>' for at, (form, text) in enumerate(LEVELS)
)
NUMBERING = (
    f'<w:numbering {SPACE}><w:abstractNum w:abstractNumId="0">{NUMBERING}</w:abstractNum>'
    '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="\uf0b7"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:numFmt w:val="bullet"/><w:lvlText w:val="o"/></w:lvl></w:abstractNum>'
    '<w:abstractNum w:abstractNumId="2"><w:lvl w:ilvl="0"><w:start w:val="4"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl></w:abstractNum>'
    + "".join(f'<w:num w:numId="{at + 1}"><w:abstractNumId w:val="{at}"/></w:num>' for at in range(3))
    + '<w:num w:numId="9"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0">'
    '<w:startOverride w:val="1"/></w:lvlOverride></w:num></w:numbering>'
)
STYLES = (
    f'<w:styles {SPACE}><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="H2"><w:name w:val="heading 2"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style></w:styles>'
)
NOTES = f'<w:footnotes {SPACE}><w:footnote w:id="2"><w:p><w:r><w:t>See the code of conduct.</w:t></w:r></w:p></w:footnote></w:footnotes>'
FOOTER = f"<w:ftr {SPACE}><w:p><w:r><w:t>Adopted 2024</w:t></w:r></w:p></w:ftr>"


def _docx(body: str) -> Document:
    parts = {"styles": STYLES, "numbering": NUMBERING, "footnotes": NOTES, "footer": FOOTER}
    relations = "".join(f'<Relationship Id="r{name}" Type="{TYPES}{name}" Target="{name}.xml"/>' for name in parts)
    relations += f'<Relationship Id="gone" Type="{TYPES}image" Target="NULL"/>'  # as Word itself writes it now and then
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "_rels/.rels",
            f'<Relationships {REL}><Relationship Id="a" Type="{TYPES}officeDocument" Target="word/document2.xml"/></Relationships>',
        )
        archive.writestr("word/_rels/document2.xml.rels", f"<Relationships {REL}>{relations}</Relationships>")
        archive.writestr("word/document2.xml", f"<w:document {SPACE}><w:body>{body}</w:body></w:document>")
        for name, content in parts.items():
            archive.writestr(f"word/{name}.xml", content)
    return read_bytes(out.getvalue(), "p.docx")


def _p(text: str, properties: str = "", run: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t xml:space='preserve'>{text}</w:t></w:r></w:p>"


def _in_list(number: int, depth: int) -> str:
    return f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'


def _row(*cells: str, header: bool = False) -> str:
    return f"<w:tr><w:trPr>{'<w:tblHeader/>' if header else ''}</w:trPr>{''.join(cells)}</w:tr>"


def _cell(*texts: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{''.join(_p(text) for text in texts)}</w:tc>"


def _said(document: Document) -> list[tuple[str, str, int, str]]:
    return [(block.kind, block.marker, block.level, block.text) for block in document.blocks]


def test_numbers_and_bullets_are_counted_as_word_prints_them() -> None:
    lists = [(1, 0), (1, 1), (1, 1), (1, 2), (1, 0), (1, 1), (9, 0), (2, 0), (2, 1)]
    document = _docx("".join(_p("Ask first.", _in_list(*place)) for place in lists))
    assert [block.marker for block in document.blocks] == ["1.", "(a)", "(b)", "i)", "2.", "(a)", "1.", "•", "•"]
    assert [block.level for block in document.blocks] == [1, 2, 2, 3, 1, 2, 1, 1, 2]
    assert {block.text for block in document.blocks} == {"Ask first."}


def test_a_numbered_rule_is_a_paragraph_and_a_short_bold_one_a_heading() -> None:
    document = _docx(
        _p("Friends", _in_list(3, 0), "<w:b/>")
        + _p("Staff must not accept requests.", _in_list(3, 1))
        + _p("Photos", '<w:pStyle w:val="H2"/>' + _in_list(3, 0))
    )
    assert _said(document) == [
        ("heading", "4", 1, "Friends"),
        ("paragraph", "4.1", 0, "Staff must not accept requests."),
        ("heading", "5", 2, "Photos"),
    ]


def test_insertions_are_read_and_deletions_hidden_words_and_field_codes_are_not() -> None:
    body = (
        "<w:p><w:r><w:t>Staff </w:t></w:r><w:del><w:r><w:delText>may</w:delText></w:r></w:del><w:ins><w:r><w:t>must not</w:t></w:r></w:ins>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t> SECRET</w:t></w:r><w:r><w:fldChar w:fldCharType='begin'/><w:instrText>REF x</w:instrText>"
        "<w:fldChar w:fldCharType='separate'/></w:r><w:hyperlink><w:r><w:t> post</w:t></w:r></w:hyperlink>"
        "<w:r><w:fldChar w:fldCharType='end'/>"
        "<w:noBreakHyphen/><w:t>it notes.</w:t><w:footnoteReference w:id='2'/></w:r></w:p>" + _p("No <w:x/>").replace("<w:x/>", "")
    )
    document = _docx(body + "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>Torn in </w:t></w:r></w:p>" + _p("two."))
    assert [block.text for block in document.blocks] == ["Staff must not post-it notes.", "No", "Torn in two.", "See the code of conduct."]
    assert {(left.why, left.text) for left in document.left_out} == {("hidden text", "SECRET"), ("running head", "Adopted 2024")}


def test_a_table_has_columns_and_merged_cells_once_and_one_column_is_no_table() -> None:
    wide, top, below = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    table = _row(_cell("Where"), _cell("Who may post"), header=True) + _row(_cell("Website", properties=top), _cell("The office"))
    table += _row(_cell("", properties=below), _cell("The head")) + _row(
        _cell("Everybody else must ask the head before posting.", properties=wide)
    )
    document = _docx(f"<w:tbl>{table}</w:tbl><w:tbl>{_row(_cell('A box round one rule.', 'And another.'))}</w:tbl>")
    assert [block.cells for block in document.blocks[:3]] == [
        ("Website", "The office"),
        ("", "The head"),
        ("Everybody else must ask the head before posting.", ""),
    ]
    assert all(block.columns == ("Where", "Who may post") for block in document.blocks[:3])
    assert document.blocks[3:] == (Block("paragraph", "A box round one rule."), Block("paragraph", "And another."))


def test_line_breaks_are_spaces_unless_the_lines_are_a_list() -> None:
    def broken(*lines: str) -> str:
        return f"<w:p><w:r>{'<w:br/>'.join(f'<w:t>{line}</w:t>' for line in lines)}</w:r></w:p>"

    document = _docx(broken("Staff must ask", "the head first.") + broken("Staff must:", "- ask first", "- keep a note"))
    assert _said(document) == [
        ("paragraph", "", 0, "Staff must ask the head first."),
        ("paragraph", "", 0, "Staff must:"),
        ("item", "-", 1, "ask first"),
        ("item", "-", 1, "keep a note"),
    ]


def test_text_boxes_are_read_once_and_contents_pages_left_out() -> None:
    inner = f"<w:txbxContent>{_p('Emergency: ring 999.')}</w:txbxContent>"
    box = (
        f"<w:p><w:r><mc:AlternateContent><mc:Choice>{inner}</mc:Choice><mc:Fallback>{inner}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    field = "<w:p><w:r><w:fldChar w:fldCharType='begin'/><w:instrText>TOC \\o</w:instrText><w:t>1 Aims 3</w:t></w:r></w:p>"
    field += "<w:p><w:r><w:t>2 Rules 4</w:t><w:fldChar w:fldCharType='end'/></w:r></w:p>"
    document = _docx(_p("Aims 3", '<w:pStyle w:val="TOC1"/>') + field + box + _p("Staff must ask.", run="<w:u w:val='single'/>"))
    assert [(block.text, block.strong) for block in document.blocks] == [("Emergency: ring 999.", False), ("Staff must ask.", True)]
    assert [left.text for left in document.left_out if left.why == "contents"] == ["Aims 3", "1 Aims 3", "2 Rules 4"]
