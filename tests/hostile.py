"""Small pieces which, repeated, make text that hurts: for tests that reading takes no time."""

CITE = '<a class="yt-timestamp" data-t="00:01:02">[00:01:02]</a>'

RUNS = (
    *(" ", "\t", "\n", "\\", "-", "|", "#", "$", "&", "'", '"', ".", "?!", ".)", ").", ", "),
    *("[", "]", "(", "[[", "](", "![", "[[a|", "[a](", "[[a|00:01", "[00:01", "[00:01, "),
    *("<", "<a", "<a ", "<a>", '<a "', '<a class="', "</a", "<b>", "<div>", "<!--", "<?"),
    *("*a", "**a ", "_a", "`", "```", "```\n", "~~~", "> ", "* ", "- x ", "- x\n  ", "1. "),
    *("|-", "|-\n", "| x ", "x\n[!a] ", "    x\n", "> [!a] ", "a:\n- ", "From: ", "e.g. ", "and "),
    *("(0:01:02 ", "\u200b", "\u2068", "\U000f0000", "\ue002", "。", "é"),
    *(CITE, f"x {CITE} ", f"X. {CITE} a ", f"{CITE} and ", f"({CITE}", f"[{CITE}"),
    *(f"- x {CITE}\n", f"| x {CITE} | y |\n", f"[t]({CITE}", f"x {CITE}.\n\n"),
)

PIECES = (
    *(CITE, CITE[:20], CITE[:45], CITE.replace("00:01:02", "06:30:00"), "[00:01:02]"),
    *("(0:01:02)", "[[a | 00:01]]", "word ", "Word. ", "\n", "\n\n", "* ", "    * ", "> "),
    *("> [!x] ", "## ", "| ", " |", "|---|", "```", "```md\n", "`", "**", "[[", "]]", "["),
    *("](", ")", "((", "))", "<br/>", "<div>", "</div>", "<a ", "</a>", '"', "$", "\\", "1. "),
    *(", ", "and ", " - ", ":", ".", "---\n", "From: [[x]]", "\t", "&lt;", "<!--", "-->"),
    *("\u2068", "\U000f0001", "é"),
)


def run(unit: str, size: int = 200_000) -> str:
    """The piece over and over, about `size` characters, with a citation after it."""
    return unit * (size // len(unit)) + CITE


def lines(unit: str, size: int = 200_000) -> str:
    """The piece on each line."""
    return f"{unit}\n" * (size // (len(unit) + 1))


def deep(unit: str, levels: int = 400) -> str:
    """The piece on lines of which each is indented further than the one before."""
    return "".join(f"{' ' * (2 * level)}{unit}\n" for level in range(levels))
