"""What a WSGI server serves. `pleamar web` does; another server sets the environment first (docs/howto)."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from pleamar.entrypoints.commands.parent import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pleamar.config.settings")
end_with_parent(os.environ)
application = get_wsgi_application()
