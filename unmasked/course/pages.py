"""Pages that open from disk without a network: one HTML file, its style and script inside."""

import base64
import html
import string
from pathlib import Path

from unmasked import paths

_PAGE = string.Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline';\
 script-src 'unsafe-inline'">
<title>$title</title>
<style>
$style
</style>
</head>
<body>
$body
$script</body>
</html>
""")


def escaped(text: object) -> str:
    """A text as HTML, also where it holds what no file can (lone surrogates become question marks)."""
    return html.escape(str(text).encode("utf-8", errors="replace").decode("utf-8"), quote=True)


def base64_of(data: bytes) -> str:
    """Bytes as they stand in a data: address."""
    return base64.b64encode(data).decode()


def page(title: str, body: str, style: str, script: str = "") -> str:
    """A whole page of a body's HTML; `title` is plain text. It may load nothing, neither from here nor elsewhere."""
    code = f"<script>\n{script}\n</script>\n" if script else ""
    return _PAGE.substitute(title=escaped(title), style=style, body=body, script=code)


def write(path: Path, text: str) -> None:
    """Writes a page, whole or not at all; OSError where that can't be done."""
    paths.write_aside(path, text.encode("utf-8", errors="replace"))
