"""The order on paper, as a page and as a PDF: what people wrote comes out as text."""

import pypdfium2
import pytest
from django.urls import reverse

from cases.web.views import order_papers
from ledger.models import Read
from officers.models.users import Role
from tests import make
from tests.dismissals import Road, again

pytestmark = pytest.mark.django_db
#: What would be a command, a formula, an escape, bold, a heading, a label, a comment, a string and raw text.
HOSTILE = '#panic("x") $x^2$ \\u{41} *b* _i_ = h <l> @r // c "q" `raw` #sys.inputs'
LONG = "ក្រុមប្រឹក្សាវិន័យនៃអគ្គស្នងការដ្ឋាននគរបាលជាតិទទួលបន្ទុកកិច្ចការបុគ្គលិកនិងវិន័យ"


@pytest.fixture
def road() -> Road:
    return Road()


def text_of_pdf(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


@pytest.mark.parametrize("language", ["en", "km"])
def test_the_pdf_of_an_order_holds_what_was_entered_and_nothing_of_it_is_markup(
    client, road, sign_in, language
):
    case = road.decided()
    order = road.ordered(case, number="#1 $MOI$", signed_by=HOSTILE)
    road.verify(order)
    sign_in(road.registrar)
    answer = client.get(reverse("order-paper", args=[order.pk]), {"in": language, "as": "pdf"})
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].endswith(f'order-{order.pk}-{language}.pdf"')
    text = text_of_pdf(answer.content)
    assert HOSTILE in text
    assert case.officer.name_latin in text
    if language == "en":
        for said in ("#1 $MOI$", "Ministerial decision", "Dismissal", "DR-01", "Involvement with drugs"):
            assert said in text, said
        assert f"verified by {road.verifier.name}" in text
        assert "This is not the signed original." in text
        assert f"Printed by {road.registrar.name}" in text
        assert "Page 1 / 1" in text
    look = Read.objects.get(table_name="cases_order", row_id=order.pk, what="exported")
    assert look.detail["form"] == "pdf"


def test_an_order_of_many_breaks_into_numbered_pages():
    rows = [[["1"], [LONG * 2, "A"], ["R"], [LONG * 3], ["M"], ["G"], [LONG]] for _ in range(40)]
    content = {
        "lang": "km",
        "title": "t",
        "mark": "m",
        "kingdom": "k",
        "motto": "m",
        "ministry": "m",
        "number": "n",
        "instrument": "i",
        "subject": "s",
        "facts": [["a", LONG]],
        "heads": list("abcdefg"),
        "rows": rows,
        "closing": [],
        "signatory": "",
        "note": "n",
        "printed": "p",
        "page": "ទំព័រ",
        "digits": list("០១២៣៤៥៦៧៨៩"),
    }
    document = pypdfium2.PdfDocument(order_papers.typeset(order_papers.SOURCE, content))
    assert len(document) > 3
    assert "៤" in document[3].get_textpage().get_text_range()


def test_what_is_to_be_signed_is_printed_before_there_is_an_order(client, road, sign_in):
    sign_in(road.registrar)
    assert "No decided case waits" in client.get(reverse("order-draft")).content.decode()
    cases = [road.decided(), road.decided()]
    page = client.get(reverse("order-draft"))
    assert cases[0].reference in page.content.decode()
    chosen = {"case": [case.pk for case in cases], "in": "en"}
    page = client.get(reverse("order-draft"), chosen).content.decode()
    assert "FOR SIGNATURE" in page
    assert all(again(case).officer.name_latin in page for case in cases)
    text = text_of_pdf(client.get(reverse("order-draft"), chosen | {"as": "pdf"}).content)
    assert "FOR SIGNATURE" in text
    assert "It has no effect before it is signed" in text
    looks = Read.objects.filter(table_name="cases_case", what="exported")
    assert {look.detail["form"] for look in looks} == {"print", "pdf"}
    sign_in(make.user(Role.LABORATORY))
    assert client.get(reverse("order-draft"), chosen).status_code == 404


def test_the_page_to_print_is_in_the_language_that_was_asked_for(client, road, sign_in):
    order = road.ordered(road.decided(), signed_by="<script>alert(1)</script>")
    sign_in(road.registrar)
    page = client.get(reverse("order-paper", args=[order.pk]), {"in": "km"}).content.decode()
    assert '<html lang="km"' in page
    assert "&lt;script&gt;" in page
    page = client.get(reverse("order-paper", args=[order.pk]), {"in": "en"}).content.decode()
    assert "not verified yet" in page
