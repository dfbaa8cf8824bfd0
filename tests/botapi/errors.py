"""What the Bot API answers when it refuses."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


class ApiError(Exception):
    """A refusal as Telegram words it. `violation` marks one that a careful bot never causes."""

    def __init__(
        self, code: int, description: str, *, violation: bool = False, **parameters: int | None
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.violation = violation
        self.parameters = {key: value for key, value in parameters.items() if value is not None}

    def body(self) -> Json:
        """The JSON that the client reads."""
        body: Json = {"ok": False, "error_code": self.code, "description": self.description}
        return body | ({"parameters": self.parameters} if self.parameters else {})


def bad(description: str, *, violation: bool = False) -> ApiError:
    """400 Bad Request."""
    return ApiError(400, f"Bad Request: {description}", violation=violation)


def broken(description: str) -> ApiError:
    """400 Bad Request that the bot should have prevented: also a violation."""
    return bad(description, violation=True)
