"""The interactive documentation: Swagger UI over the OpenAPI document, one page with nothing from elsewhere.

Script and style are those that Powertools ships in its layer. They stand in the page itself, so that two
routes are enough, and the page's policy names them by their hashes: no other script runs on it, whatever a
description in the document says.
"""

import base64
import hashlib
from functools import cache
from pathlib import Path

import aws_lambda_powertools

from omnilife.operations.static import StaticContent

ASSETS = Path(aws_lambda_powertools.__file__).parent / "event_handler" / "openapi" / "swagger_ui"

# Relative, so that the page works under any base URL; the browser resolves it beside /api-docs.
START = """
SwaggerUIBundle({
  url: "api-docs/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  filter: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  presets: [SwaggerUIBundle.presets.apis],
});
"""

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>OmniLife API</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body>
<div id="swagger-ui"></div>
<noscript>This page needs JavaScript; the <a href="api-docs/openapi.json">document</a> does not.</noscript>
<script>{bundle}</script>
<script>{start}</script>
</body>
</html>
"""


@cache
def documentation_page() -> StaticContent:
    """The page with its Content-Security-Policy; put together once a process."""
    style = (ASSETS / "swagger-ui.min.css").read_text(encoding="utf-8")
    bundle = _embeddable((ASSETS / "swagger-ui-bundle.min.js").read_text(encoding="utf-8"))
    page = PAGE.format(style=style, bundle=bundle, start=START)
    return StaticContent(page.encode(), {"Content-Security-Policy": _policy([bundle, START], [style])})


def _embeddable(script: str) -> str:
    """`script`, saying the same without what HTML would read in a script element (HTML, 4.12.1.3)."""
    for opening in ("<!--", "<script", "</script"):
        script = script.replace(opening, f"\\x3c{opening[1:]}")
    return script


def _policy(scripts: list[str], styles: list[str]) -> str:
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {' '.join(map(_source, scripts))}",
            f"style-src {' '.join(map(_source, styles))}",
            "img-src data:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ]
    )


def _source(text: str) -> str:
    """`text` as a policy names it: by its SHA-256."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
