"""What the letter looks like on paper: small type when the large does not fit."""

STYLE = """
body { font-size: %(size)s; line-height: %(line)s }
h1 { font-size: 20pt; line-height: 1.25; margin: 12mm 0 6mm }
.address { min-height: 28mm }
.code { font-size: 20pt; line-height: 1.4; letter-spacing: 1.5pt }
.picture { width: 42mm; height: 42mm }
ol { list-style: none; padding: 0 }
li { margin-block-end: 3mm }
"""
STYLES = (
    STYLE % {"size": "13pt", "line": "1.55"},
    STYLE % {"size": "11pt", "line": "1.4"},
)
