"""Scripts as they are served: what only readers of the source need is taken out."""

import minify  # type: ignore[import-untyped]


def minified(script: str) -> str:
    """Return an ES module that does the same: without comments and space, and with short names within its functions.

    Source: https://github.com/tdewolff/minify/tree/master/bindings/py
    """
    text: str = minify.string("text/javascript", script)
    return text
