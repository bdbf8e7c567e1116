"""The pages for people who report a wrong. Nothing is in an address: not what they say, not their receipt."""

from django.urls import path

from cases.web.views import receipts, reporting

urlpatterns = [
    path("report/", reporting.report, name="report"),
    path("report/sent/", reporting.sent, name="report_sent"),
    path("receipt/", receipts.receipt, name="receipt"),
]
