"""Requests and answers on the wire."""

from __future__ import annotations

import json

from aiohttp import web

from tests.botapi.errors import Json, broken
from tests.botapi.schema import Upload


async def read_params(request: web.BaseRequest) -> dict[str, object]:
    """The fields of a call: query string, then form, multipart or JSON body."""
    fields: dict[str, object] = dict(request.query)
    if request.content_type == "application/json":
        body = await request.text()
        try:
            found = json.loads(body or "{}")
        except ValueError as error:
            raise broken(f"can't parse JSON object: {error}") from error
        if not isinstance(found, dict):
            raise broken("body is no JSON object")
        return fields | found
    for name, value in (await request.post()).items():
        if name in fields:
            raise broken(f"field {name!r} is given twice")
        if isinstance(value, web.FileField):
            fields[name] = Upload(value.filename, value.file.read())
        else:
            fields[name] = value
    return fields


def answer(body: Json, status: int = 200) -> web.Response:
    """A JSON answer."""
    return web.json_response(body, status=status)


def cut(request: web.BaseRequest) -> web.Response:
    """Close the connection; nothing of the answer is sent."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
