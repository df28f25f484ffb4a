"""Which pieces are bad, and what follows."""

from __future__ import annotations

from decimal import Decimal

from modules.production.rules.inspection import Check, bad_pieces, verdict

D = Decimal
WIDTH = Check(True, D("9.95"), D("10.05"), [D("9.95"), D("10.06"), D("10.05"), D("9.94")])


def test_a_limit_is_good_and_beyond_it_is_bad() -> None:
    assert WIDTH.bad() == {2, 4}
    assert Check(True, None, D(1), [D(-50), D("1.000001")]).bad() == {2}


def test_a_piece_is_bad_once_whatever_is_wrong_with_it() -> None:
    scratched = Check(False, bad_pieces=[2, 3])
    assert bad_pieces([WIDTH, scratched]) == {2, 3, 4}
    assert verdict([WIDTH, scratched], 4, 3) is True
    assert verdict([WIDTH, scratched], 4, 2) is False


def test_nothing_is_known_before_all_was_looked_at_unless_it_is_bad_enough() -> None:
    unseen = Check(False)
    assert verdict([unseen], 4, 0) is None
    assert verdict([WIDTH, unseen], 4, 2) is None
    assert verdict([WIDTH, unseen], 4, 1) is False
    assert verdict([Check(True, D(1), None, [D(2)])], 2, 0) is None
    assert verdict([], 2, 0) is None
