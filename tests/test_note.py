"""One file to one note: every quirk of FORMAT.md section 4, in small notes of our own."""

import pytest

from tests.small_notes import A, read, told

# Quirk of FORMAT.md section 4 -> body, what the passages say and link.
QUIRKS = [
    ("A0", "Bread rises @.", [("Bread rises.", [62])]),
    (
        "A1",
        'Bread rises <a class="yt-timestamp" data-t="00:10:18">[00:10:24]</a>.',
        [("Bread rises.", [618])],
    ),
    ("A2", 'Bread rises <a class="yt-timestamp" data-t="00:01:02"></a>.', [("Bread rises.", [62])]),
    (
        "A3",
        'Bread rises <a class="yt-timestamp" data-t="00:01:02">00:01:02</a>.',
        [("Bread rises.", [62])],
    ),
    ("A4", f"Bread rises {A.format('01:02')}.", [("Bread rises.", [62])]),
    ("A5", f"Bread rises {A.format('1:01:02')}.", [("Bread rises.", [3662])]),
    ("A6", f"Bread rises {A.format('01:00:13:00')}.", [("Bread rises.", [3613])]),
    (
        "A7",
        'Bread rises <a class="yt-timestamp" data-t="00:01:02">[1:02]</a>.',
        [("Bread rises.", [62])],
    ),
    (
        "A7b",
        'Bread rises <a class="yt-timestamp" data-t="00:01:021">[00:01:02]</a>.',
        [("Bread rises.", [62])],
    ),
    ("A8", f"Bread rises {A.format('00:01:75')}.", [("Bread rises.", [135])]),
    (
        "A9 mangled",
        'Bread rises <a class="yt-timestamp data-t="00:01:02">[00:01:02]</a>.',
        [("Bread rises.", [62])],
    ),
    (
        "A9 unclosed",
        'Bread rises <a class="yt-timestamp" data-t="00:01:02">[00:01:02].',
        [("Bread rises.", [62])],
    ),
    (
        "A9 cut off",
        'Bread rises <a class="yt-timestamp" data-t="00:01:02"\n\nSalt helps @.',
        [("Bread rises", [62]), ("Salt helps.", [62])],
    ),
    ("B many", "Bread rises " + "@ " * 12 + ".", [("Bread rises.", [62])]),
    (
        "B loop",
        "Bread rises " + " ".join(A.format(f"00:{n // 60:02}:{n % 60:02}") for n in range(150)),
        [("Bread rises", list(range(150)))],
    ),
    ("B opens", "@ Bread rises.", [("Bread rises.", [62])]),
    (
        "B after stop",
        "Bread rises. @ Salt helps. @",
        [("Bread rises.", [62]), ("Salt helps.", [62])],
    ),
    (
        "B mid-sentence",
        "Bread rises @, and falls @.",
        [("Bread rises", [62]), ("and falls.", [62])],
    ),
    (
        "B callout",
        "> [!info] Rising @\n> It takes hours @.",
        [("Rising", [62]), ("It takes hours.", [62])],
    ),
    ("B quote", "> It takes hours @.", [("It takes hours.", [62])]),
    ("B code", "```python\nknead(10) # @\n```", [("knead(10) #", [62])]),
    ("B heading", "## Rising @\n\nWords.", [("Rising", [62])]),
    (
        "B row",
        "| A | B |\n|---|---|\n| x | y @ |\n| z @ | w @ |",
        [("x | y", [62]), ("z", [62]), ("w", [62])],
    ),
    (
        "B nested",
        "* Flour @\n    * is ground @\n",
        [("Flour", [62]), ("is ground", [62])],
    ),
    ("B several", f"Bread rises @, {A.format('00:02:00')}.", [("Bread rises.", [62, 120])]),
    ("M1 wrapped", "```markdown\n## Rising\n\nBread rises @.\n```", [("Bread rises.", [62])]),
    ("M2 fence", "```bash\nls\n```\nBread rises @.", [("Bread rises.", [62])]),
    ("M2 unclosed", "```bash\nls\n\nBread rises @.", [("Bread rises.", [62])]),
    ("M3 table", "|A|B|\n|-|-|\n|[[x|y]] @|z|", [("y", [62])]),
    ("M5", "Words: [!INFO] Bread rises @.", [("Words: Bread rises.", [62])]),
    ("M6 math", "It is $x^2$ and $$y$$ @.", [("It is $x^2$ and $$y$$.", [62])]),
    ("M7 image", "Look ![[loaf.png]] here @.", [("Look loaf.png here.", [62])]),
    ("M8 link", "See [a page](https://example.com) @.", [("See a page.", [62])]),
    ("M9 fake", "See [it](https://www.youtube.com/watch?v=aaaaaaaaaaa) @.", [("See it.", [62])]),
    ("M10 footnote", "Bread rises[^1] @.\n\n[^1]: Words.", [("Bread rises.", [62])]),
    ("M11 tags", "Bread <b>rises</b><br/>high @.", [("Bread rises high.", [62])]),
    ("M12", "## [[rising_dough | Rising]] of dough\n\nIt is @.", [("It is.", [62])]),
    ("M13", "Bread rises @.", [("Bread rises.", [62])]),
    ("N2", "No time at all.", []),
    ("N3", "Bread rises [00:01:02].", [("Bread rises.", [62])]),
    (
        "N4",
        "Bread rises [00:01:03]. Salt helps @.",
        [("Bread rises.", [63]), ("Salt helps.", [62])],
    ),
    ("P1 list", "Bread rises [00:01:02, 00:01:04].", [("Bread rises.", [62, 64])]),
    ("P1 range", "Bread rises [00:01:02 - 00:01:04].", [("Bread rises.", [62, 64])]),
    ("P1 bar", "Bread rises [00:01:02 | 00:01:04].", [("Bread rises.", [62, 64])]),
    ("P2", "Bread rises (0:01:02).", [("Bread rises.", [62])]),
    ("P2 two parts", "Bread rises (1:02).", []),
    ("P3", "Bread rises [[x | 00:01]].", [("Bread rises.", [1])]),
    ("P3 nested", "Bread rises [[x | [00:01:02]]].", [("Bread rises.", [62])]),
    ("P3b", "Bread rises [[00:01:02]].", [("Bread rises.", [62])]),
    ("P4", "Bread rises [00:01:02](https://youtu.be/x).", [("Bread rises.", [62])]),
    ("P5", "Bread rises ([00:01:02](@)).", [("Bread rises.", [62])]),
    ("S1", f"| A | B |\n|---|---|\n| x @{' ' * 100_000}| y |", [("x", [62])]),
    ("S1 dashes", f"| A | B |\n|{'-' * 27_000}|---|\n| x @ | y |", [("x", [62])]),
    ("S5", "The transcript holds no information on this.", []),
    ("T2", f"Bread rises {A.format('06:30:00')}.", [("Bread rises.", [390])]),
    ("T3", f"Bread rises {A.format('04:10:10')}.", [("Bread rises.", [250])]),
    ("T4", f"Bread rises {A.format('27:15:00')}.", [("Bread rises.", [1635])]),
    ("U1", "Bread\u200b \u2068rises\u2069 @.", [("Bread rises.", [62])]),
    ("U3", "Хлеб и 面包 @.", [("Хлеб и 面包.", [62])]),
    ("U4", r"Bread \*rises\* \[up\] @.", [("Bread *rises* [up].", [62])]),
    ("W0", "Good [[rising_dough | dough]] @.", [("Good dough.", [62])]),
    ("W3", "Good [[rising_dough]] @.", [("Good rising dough.", [62])]),
    ("W4", "Good [[a | b | dough]] @.", [("Good dough.", [62])]),
    ("label", "* **Dough** Rises @. It falls @.", [("Dough: Rises.", [62]), ("It falls.", [62])]),
]


@pytest.mark.parametrize(("body", "expected"), [q[1:] for q in QUIRKS], ids=[q[0] for q in QUIRKS])
def test_each_quirk(body: str, expected: list[tuple[str, list[int]]]) -> None:
    assert told(read(body)) == expected
