"""Who may have long answers made: exports, which keep a thread and a database connection for as long as they last.

There are few places in a process, and one company gets at most half of them; whoever comes beyond is told to try again
in a moment instead of holding up everybody's small requests."""

from __future__ import annotations

import threading
import weakref
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.http import StreamingHttpResponse
from django.utils.translation import gettext_lazy as _

from tenon.problems import TooManyRequests
from tenon.tenancy.context import current

RETRY_AFTER = 5  # seconds
_taken: Counter[int] = Counter()
_lock = threading.Lock()


def places() -> int:
    return int(settings.WEB_STREAMS)


def share() -> int:
    """Of one company."""
    return max(1, places() // 2)


class Place:
    """One place, given back once however often that is said."""

    def __init__(self, company_id: int) -> None:
        self.company_id, self.held = company_id, True

    def give_back(self) -> None:
        with _lock:
            if self.held:
                self.held = False
                _taken[self.company_id] -= 1
                if _taken[self.company_id] <= 0:
                    del _taken[self.company_id]


def take_place() -> Place:
    """Raises TooManyRequests."""
    company_id = current().id
    with _lock:
        if _taken[company_id] >= share() or _taken.total() >= places():
            raise TooManyRequests(_("Other exports are being made; try again shortly"), retry_after=RETRY_AFTER)
        _taken[company_id] += 1
    return Place(company_id)


@contextmanager
def place_until_sent() -> Iterator[Place]:
    """For a view that makes a long answer: the place is given back when the answer is closed (`kept`), or at once when
    there is none."""
    place = take_place()
    try:
        yield place
    except BaseException:
        place.give_back()
        raise


def kept(response: StreamingHttpResponse, place: Place) -> StreamingHttpResponse:
    """The answer holds the place until its last byte is sent or the other side has hung up."""
    response.streaming_content = _to_the_end(response.streaming_content, place)  # type: ignore[arg-type, assignment]
    response._resource_closers.append(place.give_back)  # type: ignore[attr-defined]
    weakref.finalize(response, place.give_back).atexit = False  # dropped on the way out, by a fault behind the view
    return response


def _to_the_end(pieces: Iterator[bytes], place: Place) -> Iterator[bytes]:
    try:
        yield from pieces
    finally:
        place.give_back()
