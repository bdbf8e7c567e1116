"""Pages of complaints for those who work on them."""

from django.urls import path

from cases.web.views import acts, complaints, contacts, desk, files, forwarding, misses, queue, searches
from cases.web.views.steps import PAGES

urlpatterns = [
    path("complaints/", queue.queue, name="complaints"),
    path("complaints/export.csv", queue.export, name="complaints_export"),
    path("complaints/searches/", searches.searches, name="saved_searches"),
    path("complaints/searches/keep/", searches.keep, name="saved_search_keep"),
    path("complaints/searches/<int:pk>/", searches.search, name="saved_search"),
    path("complaints/searches/<int:pk>/change/", searches.change, name="saved_search_change"),
    path("complaints/searches/<int:pk>/remove/", searches.remove, name="saved_search_remove"),
    path("complaints/searches/<int:pk>/removed/", searches.gone, name="saved_search_gone"),
    path("complaints/searches/<int:pk>/restore/", searches.restore, name="saved_search_restore"),
    path("complaints/forward/", forwarding.forward, name="complaints_forward"),
    path("complaints/waiting/", queue.waiting, name="complaints_waiting"),
    path("complaints/desk/", desk.desk, name="complaints_desk"),
    path("complaints/desk/places/", desk.place_suggestions, name="place_suggestions"),
    path("complaints/<int:pk>/", complaints.complaint, name="complaint"),
    path("complaints/<int:pk>/history/", complaints.history, name="complaint_history"),
    path("complaints/<int:pk>/files/<int:file>/", files.file, name="complaint_file"),
    path("complaints/<int:pk>/assign/", acts.assign, name="complaint_assign"),
    path("complaints/<int:pk>/offer/", acts.offer, name="complaint_offer"),
    path("complaints/<int:pk>/link/", acts.link, name="complaint_link"),
    path("complaints/<int:pk>/match/", acts.match, name="complaint_match"),
    path("complaints/<int:pk>/pause/decide/", acts.decide_pause, name="complaint_decide_pause"),
    path("complaints/<int:pk>/contact/decide/", contacts.decide, name="complaint_decide_contact"),
    path("complaints/<int:pk>/contact/", contacts.read, name="complaint_read_contact"),
    path("complaints/<int:pk>/settle/", acts.settle, name="complaint_settle"),
    path("complaints/<int:pk>/referrals/<int:referral>/", acts.hear_from, name="complaint_hear_from"),
    *(
        path(f"complaints/<int:pk>/{verb}/", acts.step, {"verb": verb}, name=f"complaint_{verb}")
        for verb in PAGES
    ),
    path("misses/", misses.misses, name="misses"),
    path("misses/proposals/<int:pk>/", misses.decide_failure, name="failure"),
    path("misses/<int:pk>/explain/", misses.explain, name="miss_explain"),
]
