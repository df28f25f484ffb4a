"""The kinds of requests in the mix. Each asks, checks that the answer is right, and says what is wrong with it: a mark
that is not the company's own, above all. A kind that never finds its own mark would prove nothing, so it must."""

from __future__ import annotations

import asyncio
import io
import random
import zipfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache

from bench.isolation.caller import Answer, ask, multipart
from bench.isolation.world import MARK, PARTIES, Place
from tenon.tenancy.context import serving


class Wrong(Exception):
    """An answer that is not as it must be."""


class Foreign(Wrong):
    """An answer with another company's mark in it."""


@dataclass
class Situation:
    """Who asks, whose neighbour could be met, and chance."""

    here: Place
    there: Place
    chance: random.Random


Kind = Callable[[Situation], Awaitable[None]]


def clean(here: Place, content: bytes, own: bool = True) -> None:
    """Raises Foreign, or Wrong when the own mark should be there and is not."""
    marks = {mark.decode() for mark in MARK.findall(content)}
    foreign = marks - {here.mark}
    if foreign:
        raise Foreign(f"{here.mark} was shown {', '.join(sorted(foreign))}")
    if own and not marks:
        raise Wrong(f"{here.mark} did not find its own mark")


def expect(answer: Answer, *statuses: int) -> None:
    if answer.status not in statuses:
        raise Wrong(f"status {answer.status} instead of {statuses}: {answer.content[:200]!r}")


async def _read(place: Place, path: str, own: bool = True) -> Any:
    answer = await place.call("GET", path)
    expect(answer, 200)
    clean(place, answer.content, own)
    return answer


async def listed(s: Situation) -> None:
    rows = (await _read(s.here, f"{PARTIES}?limit=20&count=1&order={s.chance.choice(['name', '-name', 'code'])}")).json
    for row in rows["results"]:
        clean(s.here, str(row).encode())


async def search_own(s: Situation) -> None:
    await _read(s.here, f"{PARTIES}?search={s.here.mark}&limit=10")


async def search_foreign(s: Situation) -> None:
    """The term comes back nowhere but in what was asked: so no row may."""
    for path in (f"{PARTIES}?search={s.there.mark}", f"{PARTIES}?custom.mark={s.there.mark}"):
        answer = await s.here.call("GET", path)
        expect(answer, 200)
        if answer.json["results"]:
            raise Foreign(f"{s.here.mark} found rows by {s.there.mark}")


async def palette(s: Situation) -> None:
    await _read(s.here, f"/api/v1/search/?q={s.here.mark}")
    answer = await s.here.call("GET", f"/api/v1/search/?q={s.there.mark}")
    expect(answer, 200)
    if answer.json["results"]:
        raise Foreign(f"{s.here.mark} found {s.there.mark} in the palette")


async def detail(s: Situation) -> None:
    """Ids are the same everywhere: a neighbour's id shows the own row."""
    await _read(s.here, f"{PARTIES}{s.chance.choice(s.there.customers)}/")


async def summed(s: Situation) -> None:
    await _read(s.here, f"{PARTIES}summary/?group=is_customer", own=False)


async def history(s: Situation) -> None:
    await _read(s.here, f"{PARTIES}{s.here.customers[1]}/history/")


async def comments(s: Situation) -> None:
    await _read(s.here, f"{PARTIES}{s.here.customers[0]}/comments/")


async def custom_fields(s: Situation) -> None:
    await _read(s.here, "/api/v1/records/custom-fields/")


async def views(s: Situation) -> None:
    await _read(s.here, "/api/v1/records/saved-views/")


async def members(s: Situation) -> None:
    await _read(s.here, "/api/v1/access/members/")


async def departments(s: Situation) -> None:
    await _read(s.here, "/api/v1/access/departments/")


async def bootstrap(s: Situation) -> None:
    await _read(s.here, "/api/v1/bootstrap/")


async def export_csv(s: Situation) -> None:
    await _read(s.here, f"{PARTIES}export/?format=csv")


async def export_xlsx(s: Situation) -> None:
    answer = await s.here.call("GET", f"{PARTIES}export/?format=xlsx")
    expect(answer, 200)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        clean(s.here, b"".join(book.read(name) for name in book.namelist()))


async def file(s: Situation) -> None:
    """A neighbour's file id is an own file's or none."""
    answer = await s.here.call("GET", f"/api/v1/files/{s.chance.choice(s.there.files)}/")
    expect(answer, 200)
    clean(s.here, answer.content)


async def stolen_session(s: Situation) -> None:
    answer = await ask("GET", s.there.slug, f"{PARTIES}?limit=5", headers=s.here.headers())
    expect(answer, 401, 403)
    clean(s.here, answer.content, own=False)


async def stolen_key(s: Situation) -> None:
    answer = await ask("GET", s.there.slug, PARTIES, headers={"authorization": f"Bearer {s.here.key}"})
    expect(answer, 401)
    clean(s.here, answer.content, own=False)


async def mixed_key(s: Situation) -> None:
    """A key whose company's number was changed to the neighbour's."""
    parts = s.here.key.split("_", 3)
    forged = f"tn_{s.there.company.id}_{parts[2]}_{parts[3]}"
    answer = await ask("GET", s.there.slug, PARTIES, headers={"authorization": f"Bearer {forged}"})
    expect(answer, 401)
    clean(s.here, answer.content, own=False)


async def key_on_apex(s: Situation) -> None:
    answer = await ask("GET", "", f"{PARTIES}?limit=5", headers={"authorization": f"Bearer {s.here.key}"})
    expect(answer, 200)
    clean(s.here, answer.content)


async def forged_host(s: Situation) -> None:
    """Headers that a proxy might have set, sent by whoever asks."""
    name = f"{s.there.slug}.localhost"
    answer = await s.here.call("GET", f"{PARTIES}?limit=5", **{"x-forwarded-host": name, "x-host": name})
    expect(answer, 200)
    clean(s.here, answer.content)


async def cached(s: Situation) -> None:
    """What a module puts into the cache under a name that all companies use."""

    def work() -> str:
        with serving(s.here.company):
            return str(cache.get_or_set("isolation-mark", s.here.mark, 600))

    clean(s.here, (await asyncio.to_thread(work)).encode())


async def created(s: Situation) -> None:
    row = {"name": f"New {s.here.mark} {s.chance.randrange(10**9)}", "is_customer": True, "custom": {"mark": "-"}}
    answer = await s.here.call("POST", PARTIES, row)
    expect(answer, 201)
    clean(s.here, answer.content)


async def changed(s: Situation) -> None:
    path = f"{PARTIES}{s.chance.choice(s.here.customers)}/"
    version = (await _read(s.here, path)).json["version"]
    body = {"name": f"Changed {s.here.mark} {s.chance.randrange(10**6)}"}
    answer = await s.here.call("PATCH", path, body, **{"if-match": f'"{version}"'})
    expect(answer, 200, 412)  # 412: another request of this mix was faster
    if answer.status == 200:
        clean(s.here, answer.content)


async def mentioned(s: Situation) -> None:
    """An event: the dispatcher tells the colleague who is named (the mix looks at the end at what they were told)."""
    path = f"{PARTIES}{s.chance.choice(s.here.customers)}/comments/"
    answer = await s.here.call("POST", path, {"body": f"{s.here.mark}: @[Colleague]({s.here.colleague})"})
    expect(answer, 201)
    clean(s.here, answer.content)


async def imported(s: Situation) -> None:
    """A file taken in by a background job, and what it made."""
    code = f"I-{s.chance.randrange(10**9)}"
    kind, body = multipart(
        {"entity": "shared.party"}, "rows.csv", f"code,name,is_customer\n{code},In {s.here.mark},true\n".encode()
    )
    began = await s.here.must("POST", "/api/v1/imports/", body, kind=kind)
    path = f"/api/v1/imports/{began['id']}/"
    mapping = {"code": "code", "name": "name", "is_customer": "is_customer"}
    await s.here.must("PATCH", path, {"mapping": mapping, "key": "code"}, 200)
    answer = await s.here.call("POST", f"{path}actions/run/")
    expect(answer, 200, 202)
    clean(s.here, answer.content, own=False)
    for _ in range(200):
        state = (await s.here.call("GET", path)).json
        if state["state"] not in ("running", "mapping"):
            break
        await asyncio.sleep(0.05)
    if (state["state"], state["created"]) != ("done", 1):
        raise Wrong(f"the import ended {state['state']}, {state.get('created')} made")
    await _read(s.here, f"{PARTIES}?code={code}")
    await _read(s.here, "/api/v1/jobs/", own=False)


# How often each one comes, in a thousand.
READS: dict[Kind, int] = {
    listed: 150, search_own: 90, search_foreign: 70, palette: 50, detail: 110, summed: 25, history: 30, comments: 30,
    custom_fields: 25, views: 25, members: 25, departments: 25, bootstrap: 15, export_csv: 40, export_xlsx: 10,
    file: 60, stolen_session: 30, stolen_key: 20, mixed_key: 20, key_on_apex: 30, forged_host: 20, cached: 30,
}  # fmt: skip
WRITES: dict[Kind, int] = {created: 30, changed: 30, imported: 10, mentioned: 20}
