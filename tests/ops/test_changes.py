"""What differs between two states, member by member."""

from ops.changes import changes, flat


def test_parts_are_named_by_where_they_stand() -> None:
    told = {"a": {"b": 1, "c": None}, "goals": [{"metric": "people", "target": 5}], "topics": ["x", "y"], "none": []}

    assert flat(told) == {"a.b": 1, "a.c": None, "goals.people.target": 5, "topics": ["x", "y"]}


def test_entries_of_a_list_are_told_apart_by_what_they_are_called() -> None:
    before = {"milestones": [{"id": "m1", "metric": "people", "at": 1}, {"id": "m2", "metric": "people", "at": 2}]}
    after = {"milestones": [{"id": "m2", "metric": "people", "at": 3}, {"other": 4}]}

    assert changes(before, after) == [
        ("milestones.m1.metric", "people", None),
        ("milestones.m1.at", 1, None),
        ("milestones.m2.at", 2, 3),
        ("milestones.2.other", None, 4),
    ]


def test_goals_of_regions_are_told_apart_from_those_of_all() -> None:
    goals = [{"metric": "people", "target": 9}, {"metric": "people", "target": 5, "region": "KZ-75"}]

    assert flat({"goals": goals}) == {"goals.people.target": 9, "goals.people@KZ-75.target": 5}


def test_what_is_the_same_is_left_out() -> None:
    assert changes({"a": 1, "b": [1]}, {"b": [1], "a": 1}) == []
