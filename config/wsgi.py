"""The web server's entry: refuses to serve as a role that could switch the ledger off."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.core.wsgi import get_wsgi_application

_django = get_wsgi_application()

from config.front import Front
from ledger.guard import refuse_owner

application = Front(_django)

refuse_owner()
