from django.urls import path

from audits.web.views import lists

urlpatterns = [
    path("lists/", lists.outside_lists, name="outside_lists"),
    path("lists/enter/", lists.outside_list_new, name="outside_list_new"),
    path("lists/<int:pk>/", lists.outside_list, name="outside_list"),
    path("lists/<int:pk>/csv/", lists.outside_list_csv, name="outside_list_csv"),
    path("lists/<int:pk>/void/", lists.outside_list_void, name="outside_list_void"),
    path("lists/rows/<int:pk>/", lists.outside_line, name="outside_line"),
    path("lists/rows/<int:pk>/undo/", lists.outside_line_undo, name="outside_line_undo"),
]
