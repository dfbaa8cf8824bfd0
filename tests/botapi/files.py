"""Files that people send and that the bot sends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.botapi.errors import Json, bad
from tests.botapi.schema import Upload
from tests.botapi.world import World

MOST_DOWNLOAD = 20 * 1024 * 1024


def document(world: World, name: str, data: bytes) -> Json:
    """A Document that may be fetched by its id."""
    file_id = f"file-{len(world.files) + 1}"
    world.files[file_id] = data
    unique = {"file_unique_id": f"u{file_id}", "file_name": name, "mime_type": "text/plain"}
    return {"file_id": file_id, "file_size": len(data)} | unique


async def get_file(world: World, params: Mapping[str, Any]) -> Json:
    file_id = params["file_id"]
    if file_id not in world.files:
        raise bad("wrong file_id or the file is temporarily unavailable")
    size = len(world.files[file_id])
    if size > MOST_DOWNLOAD:
        raise bad("file is too big")
    path = f"documents/{file_id}"
    return {
        "file_id": file_id,
        "file_unique_id": f"u{file_id}",
        "file_size": size,
        "file_path": path,
    }


def download(world: World, path: str) -> bytes | None:
    """What lies under a `file_path`, None where nothing does."""
    return world.files.get(path.removeprefix("documents/"))


def uploaded(world: World, params: Mapping[str, Any]) -> Json:
    """The document of a call, kept."""
    given = params["document"]
    if not isinstance(given, Upload):
        raise bad("wrong file identifier/HTTP URL specified")
    if not given.data:
        raise bad("file must be non-empty")
    return document(world, given.name, given.data)
