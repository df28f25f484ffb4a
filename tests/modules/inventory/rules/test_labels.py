"""Labels are PDFs of one page each, Chinese and long names included."""

from __future__ import annotations

import re

from modules.inventory.rules.labels import Label, labels_pdf


def test_a_page_for_each_label():
    long = "Milk powder, full cream, instant, 25 kg paper sack with inner bag " * 3
    labels = [
        Label(long, "L-2026-001", ("P-1", "Expires on 2026-12-31"), "P-1|L-2026-001"),
        Label("全脂奶粉", "批次001"),
    ]
    made = labels_pdf(labels, "labels")
    assert made.startswith(b"%PDF-")
    assert re.search(rb"/Count 2\b", made)
    assert b"STSong-Light" in made
