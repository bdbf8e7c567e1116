import pytest
from tests import make
from officers.models.users import Role

@pytest.mark.django_db
def test_pages_open(client):
    root = make.root(); u = make.unit(code="P-08")
    o = make.officer(u)
    boss = make.user(Role.SYSTEM_ADMINISTRATOR)
    r = client.post("/accounts/login/", {"login": boss.username, "password": make.PASSWORD})
    assert r.status_code == 302, r.content.decode()[:3000]
    for lang in ("en","km"):
        client.cookies["language"] = lang
        for url in ["/officers/", "/officers/?q=OF", f"/officers/{o.pk}/", "/officers/register/", f"/officers/{o.pk}/correct/", f"/officers/{o.pk}/post/", f"/officers/{o.pk}/renumber/", f"/officers/{o.pk}/leave/",
            "/units/", "/units/?q=P", f"/units/{u.pk}/", f"/units/{u.pk}/open/", f"/units/{u.pk}/rename/", f"/units/{u.pk}/move/", f"/units/{u.pk}/close/", "/units/defects/", "/units/suggestions/?unit=P-0",
            "/users/", f"/users/{boss.pk}/", "/settings/", "/settings/ranks/put/", "/settings/holidays/put/?year=2027", "/me/", "/keys/", "/outbox/"]:
            r = client.get(url)
            assert r.status_code == 200, (url, r.status_code, r.content.decode()[-1500:])
        for url in ["/users/create/", "/keys/issue/"]:
            r = client.get(url)
            assert r.status_code == 302 and "reauthenticate" in r["Location"], (url, r.status_code, r)
