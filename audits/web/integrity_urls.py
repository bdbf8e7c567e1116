from django.urls import path

from audits.web.views import integrity

urlpatterns = [
    path("integrity/", integrity.integrity, name="integrity"),
    path("integrity/verify/", integrity.verify, name="verify_now"),
    path("integrity/last/", integrity.last, name="integrity_last"),
    path("integrity/<int:pk>/", integrity.verification, name="verification"),
    path("integrity/<int:pk>/result.json", integrity.download, name="verification_json"),
]
