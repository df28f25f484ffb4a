"""A network that fails between the warehouse and the server."""

from __future__ import annotations

from playwright.sync_api import Page

_LOSE = """(part) => {
  const send = window.fetch;
  window.lostAnswers = 0;
  window.fetch = async (input, init) => {
    const answer = await send(input, init);
    if (window.lostAnswers > 0 || init?.method !== "POST" || !String(input).includes(part)) return answer;
    window.lostAnswers += 1;
    throw new TypeError("Failed to fetch");
  };
}"""


def lose_the_next_answer(page: Page, part: str) -> None:
    """The server hears the next POST to an address with this part, the page does not hear the server."""
    page.evaluate(_LOSE, part)


def lost_answers(page: Page) -> int:
    return int(page.evaluate("window.lostAnswers"))
