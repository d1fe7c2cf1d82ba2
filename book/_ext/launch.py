"""Every chapter offers its notebook; where the repository's address is set, also its source, issues, Colab and Binder.

The address is `repository: url` in `_config.yml`. Sphinx Book Theme would send Colab and Binder to book/CHAPTER.md,
which they cannot open: the notebooks lie in another folder.
"""

import shutil
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from sphinx.application import Sphinx
from sphinx.config import Config


def link_to_source(app: Sphinx, config: Config) -> None:
    """Switch on the theme's links to the repository where it has an address."""
    if config.html_theme_options.get("repository_url"):
        wanted = ("use_repository_button", "use_source_button", "use_issues_button")
        config.html_theme_options |= dict.fromkeys(wanted, True)


def notebook(app: Sphinx, page: str) -> Path:
    """Where a page's notebook is, if it has one."""
    return Path(app.srcdir, "notebooks", f"{Path(page).name}.ipynb")


def offer_notebook(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Copy the notebook beside the page's source and let the theme offer it first."""
    source = notebook(app, page)
    if doctree and source.exists():
        copy = Path(app.outdir, "_sources", f"{page}.ipynb")
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, copy)
        context["ipynb_source"] = f"{page}.ipynb"


def launchers(url: str, branch: str, file: str) -> dict[str, str]:
    """Return the addresses that open a file of a repository, by the name of the service; Colab knows only GitHub."""
    address = urlsplit(url)
    host = address.netloc
    path = address.path.strip("/")
    binder = f"gh/{path}" if host == "github.com" else f"git/{quote(url, safe='')}"
    found = {"Binder": f"https://mybinder.org/v2/{binder}/{branch}?urlpath=lab/tree/{file}"}
    if host == "github.com":
        found["Colab"] = f"https://colab.research.google.com/github/{path}/blob/{branch}/{file}"
    return found


def offer_to_run(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Put a button for each service into the page's header."""
    theme = app.config.html_theme_options
    url = theme.get("repository_url")
    if url and "ipynb_source" in context:
        file = notebook(app, page).relative_to(app.srcdir).as_posix()
        for name, target in launchers(url.rstrip("/"), theme.get("repository_branch") or "main", file).items():
            icon = {"Binder": "_static/images/logo_binder.svg", "Colab": "_static/images/logo_colab.png"}[name]
            button = {"type": "link", "url": target, "text": name, "tooltip": f"Run it on {name}", "icon": icon}
            context["header_buttons"].append(button)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx: the notebook before the theme makes its buttons, the services after."""
    app.connect("config-inited", link_to_source)
    app.connect("html-page-context", offer_notebook, priority=400)
    app.connect("html-page-context", offer_to_run, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
