"""Keep Thebe, which Jupyter Book always switches on and which would load a remote script, out of the pages."""

from typing import Any

import sphinx_thebe
from sphinx.application import Sphinx

UNWANTED = (sphinx_thebe.init_thebe_core, sphinx_thebe.update_thebe_context)


def setup(app: Sphinx) -> dict[str, Any]:
    """Disconnect the listeners that write Thebe into a page."""
    app.setup_extension("sphinx_thebe")
    for listeners in app.events.listeners.values():
        listeners[:] = [listener for listener in listeners if listener.handler not in UNWANTED]
    return {"parallel_read_safe": True, "parallel_write_safe": True}
