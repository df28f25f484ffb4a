"""Leads that came to the demo by themselves: from the form of its web site and from an advertisement, some twice."""

from __future__ import annotations

from modules.crm.models import LeadAssignee, LeadSource
from modules.crm.services import lead_source_create
from modules.crm.services.capture import capture
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.records.service import acting

# Companies of the data set; the numbers belong to nobody: 555-01xx is kept for such uses.
CAME = (
    ("ocean_engine", {"clueId": "730101", "公司": "Trikes, Inc.", "telphone": "+1 206 555 0142", "city": "Seattle",
                      "project_name": "Autumn touring", "utm_source": "douyin"}),
    ("form", {"name": "Mountain Works", "phone": "+1 425 555 0163", "note": "20 touring bikes for rental in spring",
              "utm_source": "newsletter", "page": "/touring"}),
    ("ocean_engine", {"clueId": "730102", "公司": "Wide World Importers", "telphone": "+1 310 555 0118",
                      "city": "Los Angeles", "project_name": "Autumn touring"}),
    ("ocean_engine", {"clueId": "730102", "公司": "Wide World Importers", "telphone": "+1 310 555 0118",
                      "city": "Los Angeles", "project_name": "Autumn touring"}),
    ("ocean_engine", {"clueId": "730103", "city": "Portland", "project_name": "Autumn touring"}),
)  # fmt: skip


def leads_that_came(manager: Actor, rep: Actor) -> None:
    owner = Member.objects.get(pk=manager.member_id or 0)
    sources: dict[str, LeadSource] = {
        kind: lead_source_create(actor=manager, name=name, kind=kind, owner=owner, campaign=campaign)
        for kind, name, campaign in (("form", "Web site", "Web site"), ("ocean_engine", "Douyin", "Autumn touring"))
    }
    with acting(manager):
        for source in sources.values():
            for actor, weight in ((rep, 2), (manager, 1)):
                LeadAssignee(source=source, member_id=actor.member_id or 0, weight=weight).save()
    for kind, payload in CAME:
        capture(source=sources[kind], payload=payload)
