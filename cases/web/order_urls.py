"""Pages of the later half of a case: legality, decision, order, appeal; suspensions, delegations, registers."""

from django.urls import path

from cases.web.views import appeals, decisions, delegations, order_papers, orders, register, suspensions

urlpatterns = [
    path("cases/<int:pk>/find-lawful/", decisions.find_lawful, name="case-find-lawful"),
    path("cases/<int:pk>/send-back/", decisions.send_back, name="case-send-back"),
    *(
        path(
            f"cases/<int:pk>/{verb.replace('_', '-')}/",
            decisions.decide,
            {"verb": verb},
            name=f"case-{verb.replace('_', '-')}",
        )
        for verb in decisions.OUTCOMES
    ),
    path("cases/<int:pk>/reconsider/", decisions.reconsider, name="case-reconsider"),
    path("cases/<int:pk>/register/", orders.register, name="case-register"),
    path("cases/<int:pk>/lodge/", appeals.lodge, name="case-lodge"),
    path("cases/<int:pk>/suspend/", suspensions.suspend, name="case-suspend"),
    path("cases/<int:pk>/review-suspension/", suspensions.review, name="case-review-suspension"),
    path("orders/", orders.orders, name="orders"),
    path("orders/register/", orders.register, name="order-register"),
    path("orders/draft/", order_papers.draft, name="order-draft"),
    path("orders/<int:pk>/", orders.order, name="order"),
    path("orders/<int:pk>/verify/", orders.verify, name="order-verify"),
    path("orders/<int:pk>/reject/", orders.reject, name="order-reject"),
    path("orders/<int:pk>/paper/", order_papers.paper, name="order-paper"),
    path("orders/<int:pk>/files/<int:file>/", orders.file, name="order-file"),
    path("orders/<int:pk>/files/<int:file>/<int:number>/", orders.scan_page, name="order-scan"),
    path("appeals/", appeals.appeals, name="appeals"),
    path("appeals/<int:pk>/", appeals.appeal, name="appeal"),
    path("appeals/<int:pk>/admit/", appeals.admit, name="appeal-admit"),
    path("appeals/<int:pk>/refuse/", appeals.refuse, name="appeal-refuse"),
    path("appeals/<int:pk>/draft/", appeals.draft, name="appeal-draft"),
    path("appeals/<int:pk>/agree/", appeals.agree, name="appeal-agree"),
    path("appeals/<int:pk>/send-back/", appeals.send_back, name="appeal-send-back"),
    path("suspensions/", suspensions.suspensions, name="suspensions"),
    path("delegations/", delegations.delegations, name="delegations"),
    path("delegations/give/", delegations.give, name="delegation-give"),
    path("delegations/<int:pk>/end/", delegations.end, name="delegation-end"),
    path("register/", register.register, name="register"),
    path("measures/", register.measures, name="measures"),
]
