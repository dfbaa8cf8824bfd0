"""Labels of buttons that stand under many answers. A phone shows about 40 characters."""

from __future__ import annotations

from typing import Final

MORE: Final = "▶ More"
BACK: Final = "◀ Back"
FIRST_PAGE: Final = "First page"
BROWSE: Final = "Browse all topics"
ALL_MOMENTS: Final = "All moments of this video"
