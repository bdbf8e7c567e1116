"""The public pages, all below `/open/`."""

from django.urls import path

from audits.web.views.open import corrections, home, keys, wrong

urlpatterns = [
    path("", home.home, name="open"),
    path("corrections/", corrections.corrections, name="open_corrections"),
    path("wrong/", wrong.wrong, name="open_wrong"),
    path("wrong/receipt/", wrong.receipt, name="open_wrong_receipt"),
    path("keys/", keys.keys, name="open_keys"),
    path("keys/confirm/", keys.confirm, name="open_key_confirm"),
    path("keys/give-up/", keys.give_up, name="open_key_give_up"),
]
