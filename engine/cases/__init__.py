"""Names in their case forms: recognise, convert, and find the value behind a converted text.

One name is written `http_server`, `HttpServer`, `HTTP_SERVER`, `http-servers` … in one file; a template keeps it as one
variable with filters. `forms` has the filters and their inverse, `words` splits a name, `plurals` inflects English.
"""

from engine.cases.forms import FORMS, apply_filters, form_of, inversions, invert
from engine.cases.words import words_of

__all__ = ["FORMS", "apply_filters", "form_of", "inversions", "invert", "words_of"]
