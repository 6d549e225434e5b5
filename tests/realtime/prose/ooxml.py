"""The order in which Word wants a property's children; it refuses a file that breaks it."""

from typing import Any

from docx.oxml.ns import qn

_ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd "
    "snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
    "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid "
    "vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing "
    "tblInd tblBorders shd tblLayout tblCellMar tblLook",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
}


def disorder(root: Any) -> list[str]:
    """What stands in the wrong order or twice, below ``root``; and cells that do not end in a paragraph."""
    faults = []
    for name, order in _ORDER.items():
        ranks = {qn(f"w:{child}"): rank for rank, child in enumerate(order.split())}
        for properties in root.iter(qn(f"w:{name}")):
            found = [ranks[child.tag] for child in properties]
            if found != sorted(set(found)):
                faults.append(f"{name}: {[child.tag.rpartition('}')[2] for child in properties]}")
    faults += ["tc" for cell in root.iter(qn("w:tc")) if cell[-1].tag != qn("w:p")]
    return faults
