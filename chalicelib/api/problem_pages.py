"""The pages that the `type` of a problem leads to (RFC 9457, section 3.1.1): what it means and what to do about it."""

from collections.abc import Iterator
from html import escape

from chalice.app import Response

from chalicelib.api.calls import Call
from chalicelib.api.messages import messages, without_values
from chalicelib.api.problems import STATUSES, Problem, ProblemName
from chalicelib.api.routes import Routes
from chalicelib.api.site import CACHE, HTML, file_operation, send_text
from chalicelib.domain.vocabulary import LANGUAGES

_HEAD = (
    '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="robots" content="noindex">\n'
    "<title>{title}</title>\n"
    "<style>body {{ max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif }}"
    " code {{ background: #8882; padding: .1em .3em }} dt {{ margin-top: .6em }} dd {{ margin: 0 }}"
    " :root {{ color-scheme: light dark }}</style>\n<h1>{heading}</h1>\n"
)

routes = Routes(__name__)


@routes.on("GET", "/problems", file_operation("All problems that an answer can name.", CACHE, "text/html"))
def problems_page(call: Call) -> Response:
    """Send the page that lists all problems."""
    return send_text(call, _list_of_all(), HTML)


@routes.on("GET", "/problems/{problem}", file_operation("What a problem means.", CACHE, "text/html"))
def problem_page(call: Call, problem: str) -> Response:
    """Send the page of a problem."""
    name = next((name for name in STATUSES if name == problem), None)
    if name is None:
        raise Problem("not-found")
    return send_text(call, _about(name), HTML)


def _list_of_all() -> str:
    items = (
        f'<li><a href="/problems/{name}"><code>{name}</code></a> {status}: '
        f"{escape(messages().problems[name].title['en'])}</li>\n"
        for name, status in STATUSES.items()
    )
    return _HEAD.format(title="Problems", heading="Problems") + f"<ul>\n{''.join(items)}</ul>\n"


def _about(name: ProblemName) -> str:
    head = _HEAD.format(title=name, heading=f"<code>{name}</code> {STATUSES[name]}")
    return head + "".join(_told(name)) + '<p><a href="/problems">All problems</a></p>\n'


def _told(name: ProblemName) -> Iterator[str]:
    texts = messages().problems[name]
    for language in LANGUAGES:
        title, detail = escape(texts.title[language]), escape(without_values(texts.detail[language]))
        yield f'<section lang="{language}"><h2>{title}</h2>\n<p>{detail}</p></section>\n'
    if name == "fields-invalid":
        yield "<h2><code>errors</code></h2>\n<dl>\n"
        for code, says in messages().faults.items():
            yield f"<dt><code>{code}</code></dt>\n"
            yield from (
                f'<dd lang="{language}">{escape(without_values(says[language]))}</dd>\n' for language in LANGUAGES
            )
        yield "</dl>\n"
