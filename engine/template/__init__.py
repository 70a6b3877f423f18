"""The template language: an AST (`engine.model.Template`), written and read as Jinja2, rendered by a pure function.

`parse` and `print` are the written form, `render` the values' way into text, `paths` a path's way into values.
"""

from engine.template.names import idle_variables, is_variable_name, variables_of
from engine.template.parse import parse
from engine.template.paths import derive, match_path
from engine.template.print import to_jinja
from engine.template.render import Segment, jinja_filters, render, segments

__all__ = [
    "Segment",
    "derive",
    "idle_variables",
    "is_variable_name",
    "jinja_filters",
    "match_path",
    "parse",
    "render",
    "segments",
    "to_jinja",
    "variables_of",
]
