"""How a value of `relapse_rules.explain.model` becomes a page, and shows itself in a notebook.

A value knows nothing of pages. Each kind of value has one function that makes its page; the function registers here.
"""

from __future__ import annotations

from functools import singledispatch

from relapse_rules.explain.page import Page
from relapse_rules.explain.render_html import render_fragment
from relapse_rules.explain.render_markdown import render_markdown


@singledispatch
def page_of(value: object) -> Page:
    """Return the page that shows ``value``.

    Raises:
        TypeError: there is no page for values of this kind.
    """
    message = f"no page shows a {type(value).__name__}"
    raise TypeError(message)


class Shown:
    """A value that Jupyter shows as a page."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return render_fragment(page_of(self))

    def _repr_markdown_(self) -> str:
        return render_markdown(page_of(self))
