"""The places a report can be about."""

import re
from collections import Counter

from cases.reckoning import places
from officers.reckoning import gazetteer


def test_every_village_that_a_code_points_at_stands_below_its_commune():
    villages = gazetteer.villages()
    assert len(villages) > 14_000
    assert all(re.fullmatch("[0-9]{8}", one.code) for one in villages)
    assert Counter(one.code for one in villages).most_common(1)[0][1] == 1
    known = {one.code for one in gazetteer.read().communes}
    assert {one.code[:6] for one in villages} <= known


def test_from_the_province_down_to_the_village_each_list_holds_the_next():
    way = [place.code for place in places.way("07010104")]
    assert way == ["07", "0701", "070101", "07010104"]
    for code in way:
        assert code in [one.code for one in places.below(code[:-2], "km")]
    assert places.below("07010104", "km") == []
    assert places.described("0701", "en") == "Angkor Chey District, Kampot Province"


def test_a_place_is_found_in_either_script_by_any_spelling_and_by_its_code_the_largest_first():
    assert [one.code for one in places.find("kampot")][:2] == ["07", "0708"]
    assert places.find("កំពត")[0].code == "07"
    assert places.find("កំ\u200bពត")[0].code == "07"
    assert [one.code for one in places.find("០៧០១")] == ["0701"]
    assert places.find("…") == places.find("") == []
    assert len(places.find("a")) <= places.MOST_FOUND
