"""The public pages, all below `/open/`."""

from django.urls import path

from audits.web.views.open import (
    about,
    changes,
    corrections,
    counts,
    home,
    inaction,
    keys,
    measures,
    notices,
    series,
    units,
    wrong,
)

urlpatterns = [
    path("", home.home, name="open"),
    path("measures/", measures.measures, name="open_measures"),
    path("tests/", counts.tests, name="open_tests"),
    path("complaints/", counts.complaints, name="open_complaints"),
    path("inaction/", inaction.inaction, name="open_inaction"),
    path("units/", units.units, name="open_units"),
    path("units/<str:code>/", units.unit, name="open_unit"),
    path("series/", series.series_list, name="open_series"),
    path("series/<slug:code>/", series.series, name="open_one_series"),
    path("notices/", notices.notices, name="open_notices"),
    path("notices/<slug:key>/", notices.notice, name="open_notice"),
    path("changes/", changes.changes, name="open_changes"),
    path("method/", about.method, name="open_method"),
    path("developers/", about.developers, name="open_developers"),
    path("corrections/", corrections.corrections, name="open_corrections"),
    path("wrong/", wrong.wrong, name="open_wrong"),
    path("wrong/receipt/", wrong.receipt, name="open_wrong_receipt"),
    path("keys/", keys.keys, name="open_keys"),
    path("keys/confirm/", keys.confirm, name="open_key_confirm"),
    path("keys/give-up/", keys.give_up, name="open_key_give_up"),
]
