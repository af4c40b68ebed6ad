import pytest

from core.errors import DomainError
from core.orm.domain import All, Any_, Condition, D, Not, conditions


def test_comparisons_give_conditions():
    assert (D("a.b") == 5) == Condition(("a", "b"), "=", 5)
    assert (D("a") != 5) == Condition(("a",), "!=", 5)
    assert [(D("a") < 1).operator, (D("a") <= 1).operator, (D("a") > 1).operator, (D("a") >= 1).operator] == [
        "<",
        "<=",
        ">",
        ">=",
    ]
    assert D("a").in_(range(2)) == Condition(("a",), "in", (0, 1))
    assert D("a").not_in({7}) == Condition(("a",), "not_in", (7,))
    assert D("a").in_({"this": "month"}).value == {"this": "month"}
    assert D("a").like("x").operator == "like"
    assert D("a").ilike("x").operator == "ilike"
    assert D("a").not_ilike("x").operator == "not_ilike"
    assert D("a").fuzzy("x").operator == "fuzzy"
    assert D("a").is_set() == Condition(("a",), "is_set")
    assert D("a").is_not_set() == Condition(("a",), "is_not_set")
    assert D("a").under(3) == Condition(("a",), "under", 3)


def test_combining():
    a, b, c = D("a") == 1, D("b") == 2, D("c") == 3
    assert a & b & c == All((a, b, c))
    assert (a | b) | c == Any_((a, b, c))
    assert a & (b | c) == All((a, Any_((b, c))))
    assert ~a == Not(a)
    assert ~~a == a
    assert list(conditions(~(a & (b | c)))) == [a, b, c]


def test_a_condition_is_no_truth_value():
    with pytest.raises(DomainError, match="&"):
        assert D("a") == 1 and D("b") == 2
    with pytest.raises(DomainError):
        assert 1 < D("a") < 5


@pytest.mark.parametrize("path", ["", "a.", ".a", "a..b", None, 7])
def test_a_bad_path_is_refused(path):
    with pytest.raises(DomainError):
        D(path)


def test_combining_with_other_things_is_refused():
    with pytest.raises(TypeError):
        (D("a") == 1) & ["b", "=", 2]
    assert repr(D("a.b")) == "D('a.b')"
    with pytest.raises(TypeError):
        hash(D("a"))
