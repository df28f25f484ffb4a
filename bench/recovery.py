"""How long one company takes to be back: its archive made, and made a company again, equal to the last digit.

    python -m bench.recovery 50000

A company with the sample data, so many customers and 100 attachments; its archive is written and restored into a new
company beside it, which is compared table by table and file by file, as everybody's restore is."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from django.conf import settings

from bench.company import fresh_company
from bench.measure import Measurement, keep, seconds_of
from modules.shared.data.models import Party
from tenants.archive.comparing import Comparison
from tenants.archive.reading import Archive
from tenants.models import Person, Tenant
from tenants.services.export import export_to_path
from tenants.services.restore import Upload, company_restore
from tenon.access.actor import Actor
from tenon.records.models import Attachment
from tenon.records.service import acting
from tenon.records.services.attachment import store
from tenon.samples.services.loading import samples_load
from tenon.tenancy.context import Company, outside, serving

FILES, FILE_SIZE = 100, 200_000


def fill(company: Company, owner: Actor, customers: int) -> None:
    from django.core.files.base import ContentFile

    with serving(company):
        samples_load()
        with acting(owner):
            Party.objects.bulk_create(
                (Party(code=f"R-{n}", name=f"Customer {n}", is_customer=True) for n in range(customers)), 2000
            )
            party = Party.objects.order_by("pk")[0]
            for number in range(FILES):
                data = number.to_bytes(4, "big") * (FILE_SIZE // 4)
                path = store(company.id, "drawing.pdf", ContentFile(data))
                Attachment.objects.create(
                    entity="shared.party", record_id=party.pk, name=f"{number}.pdf", size=len(data), path=path,
                    content_type="application/pdf",
                )  # fmt: skip


def main(customers: int) -> bool:
    found: list[Measurement] = []
    with tempfile.TemporaryDirectory() as folder:
        local = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": f"{folder}/files"}}
        settings.STORAGES = {**settings.STORAGES, "default": local}
        with fresh_company("gone") as (company, owner):
            fill(company, owner, customers)
            archive = Path(folder) / "gone.zip"
            began = time.perf_counter()
            manifest = export_to_path("gone", archive)
            size = {"rows": manifest.rows, "files": manifest.files, "MB packed": round(archive.stat().st_size / 1e6)}
            found.append(seconds_of("one company's archive written", time.perf_counter() - began, **size))
            reports: list[Comparison] = []

            def made(_tenant: Tenant, _archive: Archive, comparison: Comparison) -> None:
                reports.append(comparison)

            with outside():
                person = Person.objects.get(email="owner@gone.example")
            began = time.perf_counter()
            company_restore(archive=archive, slug="again", upload=Upload(person, lambda _company, _slot: None, made))
            took = time.perf_counter() - began
            [report] = reports
            assert report.equal, report.differing
            assert (report.rows, report.files) == (manifest.rows, FILES)
            found.append(seconds_of("restored from it, checked and compared", took, **size))
    return keep("recovery", found)


if __name__ == "__main__":
    sys.exit(0 if main(int(sys.argv[1]) if sys.argv[1:] else 20_000) else 1)
