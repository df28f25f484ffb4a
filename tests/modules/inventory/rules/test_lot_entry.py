"""Lots and serial numbers as people type, paste and scan them."""

from __future__ import annotations

from decimal import Decimal as D

import pytest

from modules.inventory.rules.lot_entry import EntryError, lots_read


def test_one_number_takes_it_all():
    assert lots_read("L-1", D(5), serial=False) == {"L-1": D(5)}


def test_several_lots_say_their_quantities():
    assert lots_read("L-1=2, L-2 = 2.5\nL-3=0.5", D(5), serial=False) == {"L-1": D(2), "L-2": D("2.5"), "L-3": D("0.5")}


@pytest.mark.parametrize("text", ["SN008..SN010", "SN008~010", "SN008 SN009\nSN010", "SN008，SN009；SN010"])
def test_serial_numbers_by_range_list_and_paste(text):
    assert lots_read(text, D(3), serial=True) == {"SN008": D(1), "SN009": D(1), "SN010": D(1)}


@pytest.mark.parametrize(
    ("text", "quantity", "serial", "code"),
    [
        ("SN3..SN1", 3, True, "range"),
        ("AB1..CD3", 3, True, "range"),
        ("SN1..SN99999", 99999, True, "many"),
        ("SN1 SN1", 2, True, "twice"),
        ("SN1..SN4", 3, True, "sum"),
        ("L-1, L-2", 5, False, "quantity"),
        ("L-1=x, L-2=1", 5, False, "quantity"),
        ("L-1=1, L-2=1", 5, False, "sum"),
        ("L" * 61, 5, False, "length"),
        ("=5", 5, False, "length"),
    ],
)
def test_what_is_wrong_is_named(text, quantity, serial, code):
    with pytest.raises(EntryError) as error:
        lots_read(text, D(quantity), serial=serial)
    assert error.value.code == code
