from django.urls import path

from audits.web.views import corrections, open_keys
from audits.web.views.corrections import STEPS

urlpatterns = [
    path("corrections/", corrections.corrections, name="corrections"),
    path("corrections/<int:pk>/", corrections.correction, name="correction"),
    path("corrections/<int:pk>/author/", corrections.author, name="correction_author"),
    *(
        path(
            f"corrections/<int:pk>/{verb.replace('_', '-')}/",
            corrections.step,
            {"verb": verb},
            name=f"correction_{verb}",
        )
        for verb in STEPS
    ),
    path("open-keys/", open_keys.open_keys, name="staff_open_keys"),
    path("open-keys/<int:pk>/holder/", open_keys.holder, name="staff_open_key_holder"),
    path("open-keys/<int:pk>/revoke/", open_keys.revoke, name="staff_open_key_revoke"),
]
