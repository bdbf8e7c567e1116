from django.urls import path

from audits.web.views import finding_steps, review_steps, reviews

urlpatterns = [
    path("reviews/", reviews.reviews, name="audit_reviews"),
    path("reviews/open/", review_steps.open_one, name="audit_review_open"),
    path("reviews/<int:pk>/", reviews.review, name="audit_review"),
    path("reviews/<int:pk>/start/", review_steps.start, name="audit_review_start"),
    path("reviews/<int:pk>/questions/<int:number>/", review_steps.answer, name="audit_review_answer"),
    path("reviews/<int:pk>/complete/", review_steps.complete, name="audit_review_complete"),
    path("reviews/<int:pk>/reopen/", review_steps.reopen, name="audit_review_reopen"),
    path("reviews/<int:pk>/hand-over/", review_steps.hand_over, name="audit_review_hand_over"),
    path("reviews/<int:pk>/finding/", finding_steps.draft_from_review, name="audit_review_find"),
    path("<int:pk>/reviews/open/", review_steps.open_review, name="audit_open_review"),
]
