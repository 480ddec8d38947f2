"""How Sphinx builds the book: the theme's settings, and whatever would load something from the network put out."""

from pathlib import Path

from book.front import LICENCE

THEME = Path(__file__).parent / "theme"
SETTINGS = {
    "project": "Unmasked",
    "author": "The Unmasked authors",
    "language": "en",
    "extensions": ["myst_nb", "book.formulas"],
    "templates_path": [str(THEME / "templates")],
    "html_static_path": [str(THEME / "static")],
    "html_css_files": ["book.css"],
    "html_theme": "sphinx_book_theme",
    "html_title": "Unmasked",
    "html_math_renderer": "mathml",
    "html_permalinks": False,
    "html_use_index": False,
    "html_copy_source": False,
    "html_show_sourcelink": False,
    "html_show_sphinx": False,
    "html_show_copyright": False,
    # The summaries below a search's results are fetched, and from disk nothing can be fetched.
    "html_show_search_summary": False,
    "html_theme_options": {
        "show_toc_level": 1,
        "show_navbar_depth": 1,
        "use_download_button": False,
        "use_fullscreen_button": False,
        "article_header_end": "article-header-buttons.html",
        "footer_content_items": "extra-footer.html",
        "extra_footer": f'<p class="licence">{LICENCE}</p>',
        "pygments_light_style": "a11y-high-contrast-light",
        "pygments_dark_style": "a11y-high-contrast-dark",
    },
    "myst_enable_extensions": ["dollarmath", "colon_fence", "attrs_inline", "deflist"],
    "myst_heading_anchors": 3,
    "nb_execution_mode": "off",
    "nb_ipywidgets_js": {},
    "nb_code_prompt_show": "Show the code",
    "nb_code_prompt_hide": "Hide the code",
    "nb_merge_streams": True,
}
