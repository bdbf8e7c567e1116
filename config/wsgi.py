"""The web server's entry: refuses to serve as a role that could switch the ledger off."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from ledger.guard import refuse_owner

refuse_owner()
