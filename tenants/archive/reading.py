"""Opening an archive that somebody gives us: nothing in it is believed before it has been checked."""

from __future__ import annotations

import codecs
import csv
import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tenants.archive import layout
from tenants.archive.layout import Manifest, Part
from tenants.errors import ArchiveDamaged
from tenon.tenancy import schemas

CHUNK = 1 << 18
MOST_ENTRIES = 2_000_000
LARGEST_MANIFEST = 64 << 20
LARGEST_LINE = 16 << 20  # of the lists of people, files and events, which are read line by line
LARGEST_DIRECTORY = 256 << 20  # of a ZIP: it is read as a whole before anything else can be known
MOST_EXPANSION = 200  # times its packed size; text tables come to about 20
SMALL = 64 << 20  # so much may be packed as tightly as it likes
_FILE = re.compile(rf"{layout.FILES_FOLDER}/[A-Za-z0-9][A-Za-z0-9_.-]*(?:/[A-Za-z0-9][A-Za-z0-9_.-]*)*")
_TABLE = re.compile(r"[a-z][a-z0-9_]{0,62}")
Tell = Callable[[float, float, str], None]


class Archive:
    """An archive whose names, sizes and manifest have been found sound; `verify` checks every byte."""

    def __init__(self, opened: zipfile.ZipFile, size: int) -> None:
        self.zip = opened
        self.entries = {info.filename: info for info in opened.infolist()}
        self._check_entries(opened.infolist(), size)
        self.manifest = self._manifest()
        self._check_names()

    def _check_entries(self, infos: list[zipfile.ZipInfo], size: int) -> None:
        if len(infos) != len(self.entries):
            raise ArchiveDamaged(_("The archive holds two files of the same name"))
        total, packed = sum(i.file_size for i in infos), sum(i.compress_size for i in infos)
        if len(infos) > MOST_ENTRIES or total > settings.ARCHIVE_MAX_BYTES:
            raise ArchiveDamaged(_("The archive is larger than this installation accepts"))
        # Entries that lie over each other count their bytes twice: no such thing is made by packing.
        if packed > size or total > max(SMALL, packed * MOST_EXPANSION):
            raise ArchiveDamaged(_("The archive unpacks to far more than any company's data would"))
        for info in infos:
            parts = info.filename.split("/")
            unsafe = info.filename.startswith("/") or "\\" in info.filename or {"..", ".", ""} & set(parts)
            if unsafe or (info.external_attr >> 16) & 0o170000 == 0o120000:
                raise ArchiveDamaged(_("The archive holds a file that would be written outside its folder"))
            if info.flag_bits & 0x1:
                raise ArchiveDamaged(_("The archive is encrypted"))

    def _manifest(self) -> Manifest:
        info = self.entries.get(layout.MANIFEST)
        if info is None:
            raise ArchiveDamaged(_("This is not the archive of a company: it has no manifest"))
        if info.file_size > LARGEST_MANIFEST:
            raise ArchiveDamaged(_("The archive's manifest is not sound"))
        data = self._read(layout.MANIFEST)
        try:
            said = json.loads(data).get("version")
            if isinstance(said, int) and said > layout.VERSION:
                raise ArchiveDamaged(_("The archive was made by a newer version; update this installation first"))
            return Manifest.from_json(data)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ArchiveDamaged(_("The archive's manifest is not sound")) from error

    def _check_names(self) -> None:
        """Exactly the files that the manifest names, and no name that means something elsewhere."""
        manifest = self.manifest
        known = {layout.MANIFEST, *(p.name for p in manifest.parts), *(t.path for t in manifest.tables)}
        if any(not _TABLE.fullmatch(t.name) for t in manifest.tables) or len({t.name for t in manifest.tables}) != len(
            manifest.tables
        ):
            raise ArchiveDamaged(_("The archive's manifest is not sound"))
        needed = {layout.COMPANY, layout.PEOPLE, layout.EVENTS, layout.FILES} - {p.name for p in manifest.parts}
        absent = sorted((known | needed) - set(self.entries) | needed)
        if absent:
            raise ArchiveDamaged(_("The archive lacks %(name)s") % {"name": absent[0]})
        strange = [name for name in self.entries if name not in known and not _FILE.fullmatch(name)]
        if strange:
            raise ArchiveDamaged(_("The archive holds a file it does not name: %(name)s") % {"name": strange[0][:80]})

    def _read(self, name: str) -> bytes:
        return b"".join(self.pieces(name))

    def pieces(self, name: str) -> Iterator[bytes]:
        """One file's content. Raises ArchiveDamaged where it does not unpack to the size that it claims."""
        left = self.entries[name].file_size
        try:
            with self.zip.open(name) as entry:
                while piece := entry.read(CHUNK):
                    left -= len(piece)
                    if left < 0:
                        break
                    yield piece
        except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, zlib.error) as error:
            raise damaged(name) from error
        if left != 0:
            raise damaged(name)

    def json(self, name: str) -> Any:
        if self.entries[name].file_size > LARGEST_MANIFEST:
            raise damaged(name)
        try:
            return json.loads(self._read(name))
        except (ValueError, RecursionError) as error:
            raise damaged(name) from error

    def _texts(self, name: str) -> Iterator[str]:
        """One file's lines, one at a time: nobody says how many there are."""
        decoder, rest = codecs.getincrementaldecoder("utf-8")(), ""
        try:
            for piece in self.pieces(name):
                *whole, rest = (rest + decoder.decode(piece)).split("\n")
                yield from (f"{line}\n" for line in whole)
                if len(rest) > LARGEST_LINE:
                    raise damaged(name)
            rest += decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            raise damaged(name) from error
        if rest:
            yield rest

    def lines(self, name: str) -> Iterator[dict[str, Any]]:
        for line in self._texts(name):
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise damaged(name) from error
            if not isinstance(row, dict):
                raise damaged(name)
            yield row

    def files(self) -> Iterator[Part]:
        """The attachments, by the list of them, which the manifest's hashes cover."""
        try:
            for row in csv.DictReader(self._texts(layout.FILES)):
                yield Part(row["path"], int(row["size"]), row["sha256"])
        except (ValueError, KeyError, TypeError, csv.Error) as error:
            raise damaged(layout.FILES) from error

    def verify(self, tell: Tell = lambda *_said: None) -> None:
        """Raises ArchiveDamaged for the first file that is not what the manifest says it is."""
        tables = [Part(t.path, t.size, t.sha256) for t in self.manifest.tables]
        total = float(sum(info.file_size for info in self.entries.values())) or 1.0
        done = 0.0

        def tick(count: int) -> None:
            nonlocal done
            done += count
            tell(done, total, "checking")

        for part in (*self.manifest.parts, *tables):
            self._verify(part, tick)
        listed = set()
        for part in self.files():
            if part.name not in self.entries or not _FILE.fullmatch(part.name):
                raise ArchiveDamaged(_("The archive lacks %(name)s") % {"name": part.name[:80]})
            self._verify(part, tick)
            listed.add(part.name)
        stray = [n for n in self.entries if n.startswith(f"{layout.FILES_FOLDER}/") and n not in listed]
        if stray:
            raise ArchiveDamaged(_("The archive holds a file it does not name: %(name)s") % {"name": stray[0][:80]})

    def _verify(self, part: Part, tick: Callable[[int], None]) -> None:
        digest = hashlib.sha256()
        if self.entries[part.name].file_size != part.size:
            raise damaged(part.name)
        for piece in self.pieces(part.name):
            digest.update(piece)
            tick(len(piece))
        if digest.hexdigest() != part.sha256:
            raise damaged(part.name)

    @property
    def is_current(self) -> bool:
        """Made at the very state of the company tables that this code has."""
        return self.manifest.schema_fingerprint == schemas.fingerprint()


def damaged(name: str) -> ArchiveDamaged:
    return ArchiveDamaged(_("The archive is damaged: %(name)s is not what its manifest says") % {"name": name[:80]})


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """Raises ArchiveDamaged for whatever is no sound archive."""
    try:
        _refuse_vast_directory(path)
        opened = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ArchiveDamaged(_("This is not the archive of a company: it is no ZIP file")) from error
    with opened:
        yield Archive(opened, path.stat().st_size)


def _refuse_vast_directory(path: Path) -> None:
    """Before Python reads a ZIP's list of entries into memory, however long somebody made it."""
    with path.open("rb") as file:
        end = zipfile._EndRecData(file)  # type: ignore[attr-defined]
    if end and int(end[zipfile._ECD_SIZE]) > LARGEST_DIRECTORY:  # type: ignore[attr-defined]
        raise ArchiveDamaged(_("The archive is larger than this installation accepts"))
