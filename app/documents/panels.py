"""What other applications show on the page of a document.

Each registers its panel in its ``AppConfig.ready``, so that documents need not know it::

    document_panels.register(Panel("ledger", "Ledger", "ledger/document_panel.html", panel_of))
"""

from typing import TYPE_CHECKING

from core.panels import Panels

if TYPE_CHECKING:  # modules of registration import this before there are models
    from django.contrib.auth.models import User

    from documents.models import Document

document_panels: "Panels[[User, Document]]" = Panels()
"""Each collects what its template shows to somebody who may see the document, with at most two
queries. The document may be in the trash."""
