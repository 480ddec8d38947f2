"""Formulas as MathML, which Chromium, Firefox and Safari draw by themselves: no script, no font, nothing to load.

The course has some twenty formulas. MathJax would bring 1.5 MB of script and fonts to every page for them; MathML is
a part of the page, is read aloud, is printed, and takes the reader's own size and colour.
"""

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx


def formula(latex: str, display: bool = False) -> str:
    """LaTeX as a MathML element; the LaTeX stays with it in `alttext`, for whoever can't show MathML."""
    made = convert(latex.strip(), display="block" if display else "inline")
    words = " ".join(latex.split()).replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return made.replace("<math ", f'<math alttext="{words}" ', 1)


def _inline(writer, node: nodes.math) -> None:
    writer.body.append(formula(node.astext()))
    raise nodes.SkipNode


def _block(writer, node: nodes.math_block) -> None:
    writer.body.append(f'<div class="formula">{formula(node.astext(), display=True)}</div>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict:
    """Tells Sphinx that there is a way to write formulas called "mathml"."""
    app.add_html_math_renderer("mathml", inline_renderers=(_inline, None), block_renderers=(_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
