"""What applications show on the start page. Each registers its own in its ``AppConfig.ready``::

dashboard_panels.register(Panel("jobs", "Jobs", "core/jobs/dashboard_panel.html", panel))
"""

from typing import TYPE_CHECKING

from core.panels import Panels

if TYPE_CHECKING:  # modules of registration import this before there are models
    from django.contrib.auth.models import User

dashboard_panels: "Panels[[User]]" = Panels()
"""Each collects what its template shows to a user, with at most two queries."""
