import pytest
from django.urls import reverse
from officers.models.users import Role
from tests import make
from tests.looking import sign_in, PHONE
@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_pdf(browser_page):
    unit = make.unit(name_latin="Poipet Post", name_km="ប៉ុស្តិ៍នគរបាលប៉ោយប៉ែត")
    by = make.user(Role.ADMINISTRATOR, unit)
    for _ in range(3): make.officer(unit)
    sheet = make.sheet(by, unit)
    for _ in range(2): make.test(by, sheet)
    sign_in(browser_page, by, "km")
    browser_page.set_viewport_size(PHONE)
    for u in (reverse("blank_of_sheet", args=[sheet.pk]), reverse("sheets")):
        browser_page.goto(u)
        print(u, browser_page.evaluate("""(() => { const w=document.documentElement.clientWidth; return [w, document.documentElement.scrollWidth, ...[...document.querySelectorAll('body *')].filter(e=>e.getBoundingClientRect().right>w+1).slice(0,8).map(e=>e.tagName+'.'+e.className+' '+Math.round(e.getBoundingClientRect().right)+' '+getComputedStyle(e).overflowX)] })()"""))
