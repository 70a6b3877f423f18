"""Model values -> `textual.content.Content`: pure, and tested without an app.

Everything that reaches the screen passes through here, so the two rules of text from data hold here: it is never parsed
as markup (Content is built from spans), and no control character survives (`text.clean`).
"""
