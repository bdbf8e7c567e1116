"""The list of places: what it holds, and that what is wrong in it is said and does not stop it."""

import pytest

from officers.reckoning.gazetteer import Flaw, Gazetteer, Kind, read


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return read()


def test_every_place_of_the_source_is_there_and_the_missing_commune_too(gazetteer: Gazetteer):
    assert len(gazetteer.provinces) == 25
    assert len(gazetteer.districts) == 210
    assert len(gazetteer.communes) == 1661 + 1
    # No village is dropped, however wrong its code.
    assert sum(commune.villages for commune in gazetteer.communes) == 14576


@pytest.mark.parametrize(
    ("flaw", "rows"),
    [
        (Flaw.MISSING_COMMUNE, 1),
        (Flaw.DUPLICATE_VILLAGE_CODE, 80),
        (Flaw.PLACEHOLDER_VILLAGE_CODE, 9),
        (Flaw.VILLAGE_OUTSIDE_ITS_CODE, 43),
        (Flaw.REPEATED_COMMUNE, 7),
        (Flaw.COMMUNE_WITHOUT_VILLAGES, 2),
    ],
)
def test_each_known_defect_is_reported_with_its_number_of_rows(gazetteer: Gazetteer, flaw: Flaw, rows: int):
    assert gazetteer.rows_with(flaw) == rows


def test_the_missing_commune_stands_in_for_itself_under_its_code(gazetteer: Gazetteer):
    commune = next(commune for commune in gazetteer.communes if commune.code == "120913")

    assert commune.is_unnamed
    assert commune.name_km == "120913"
    assert commune.villages == 13
    assert commune.kind is Kind.SANGKAT
    assert [commune.code for commune in gazetteer.communes if commune.is_unnamed] == ["120913"]


def test_seven_copies_of_one_commune_point_at_the_first(gazetteer: Gazetteer):
    copies = [commune for commune in gazetteer.communes if commune.repeats]

    assert [copy.code for copy in copies] == [f"2503{n}" for n in range(15, 22)]
    assert {copy.repeats for copy in copies} == {"250314"}


def test_every_place_has_its_parent(gazetteer: Gazetteer):
    provinces = {place.code for place in gazetteer.provinces}
    districts = {place.code for place in gazetteer.districts}

    assert all(place.parent in provinces for place in gazetteer.districts)
    assert all(place.parent in districts for place in gazetteer.communes)
    assert len({place.code for place in gazetteer.communes}) == len(gazetteer.communes)


def test_khan_is_certain_and_every_other_district_type_is_not(gazetteer: Gazetteer):
    kinds = [district.kind for district in gazetteer.districts]

    assert (kinds.count(Kind.KHAN), kinds.count(Kind.KRONG), kinds.count(Kind.SROK)) == (14, 33, 163)
    assert all(d.kind_is_certain == (d.kind is Kind.KHAN) for d in gazetteer.districts)
    assert all(d.code.startswith("12") == (d.kind is Kind.KHAN) for d in gazetteer.districts)


def test_names_come_with_their_type_in_both_languages(gazetteer: Gazetteer):
    places = {p.code: p for p in [*gazetteer.provinces, *gazetteer.districts, *gazetteer.communes]}

    assert places["12"].titled_km == "រាជធានីភ្នំពេញ"
    assert places["12"].titled_en == "Phnom Penh"
    assert places["01"].titled_km == "ខេត្តបន្ទាយមានជ័យ"
    assert places["0102"].titled_km == "ស្រុកមង្គលបូរី"
    assert places["1201"].titled_en == "Khan Chamkar Mon"
    assert places["010201"].titled_en == "Banteay Neang Commune"


def test_a_corrected_list_of_towns_moves_their_communes_with_them():
    corrected = read(krong={"0102"})
    places = {place.code: place for place in [*corrected.districts, *corrected.communes]}

    assert places["0102"].kind is Kind.KRONG
    assert places["010201"].kind is Kind.SANGKAT
    assert places["0203"].kind is Kind.SROK
