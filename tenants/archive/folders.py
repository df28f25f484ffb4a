"""A company's folder in the file store, as a whole."""

from __future__ import annotations

from django.core.files.storage import default_storage


def delete_folder(folder: str) -> int:
    """Removes everything below a folder, on disk or in a bucket. Returns how many files went; again, it finds none."""
    if not folder.removeprefix("c").isdigit():
        raise ValueError(f"{folder!r} is no company's folder")
    return _delete(folder)


def _delete(folder: str) -> int:
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return 0
    gone = 0
    for name in files:
        if name:
            default_storage.delete(f"{folder}/{name}")
            gone += 1
    for name in folders:
        gone += _delete(f"{folder}/{name}")
    default_storage.delete(folder)  # an empty directory; in a bucket there is none
    return gone
