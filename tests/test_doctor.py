"""How findings are told: lines that fit a terminal, last words, and the same for scripts."""

from __future__ import annotations

import json

from bot.doctor import Group, Line, as_json, fix, hint, is_ok, ok, rendered, verdict, without

NOTES = Group(
    "Notes", (ok("notes", "/n can be read."), hint("problems", "2 problems:\na.md\nb.md", "Look."))
)
DATA = Group("Data", (fix("state", "state.db is damaged.", "Bring back a backup."),))


def test_each_line_begins_with_its_state_in_words_and_ends_with_what_to_do() -> None:
    assert rendered(NOTES, 80) == [
        "Notes",
        "  ok    /n can be read.",
        "  hint  2 problems:",
        "          a.md",
        "          b.md",
        "        → Look.",
    ]
    assert rendered(DATA, 80)[1:] == [
        "  FIX   state.db is damaged.",
        "        → Bring back a backup.",
    ]


def test_long_lines_break_between_words_and_paths_stay_whole() -> None:
    path = "/srv/" + "long-name/" * 9 + "notes"
    lines = rendered(
        Group("Notes", (fix("notes", f"There is nothing in {path} now.", "Go. " * 30),)), 60
    )
    assert f"        {path}" in lines
    assert all(len(line) <= 60 for line in lines if path not in line)
    assert all(line.startswith("        ") for line in lines[2:])


def test_a_file_name_cannot_drive_the_terminal() -> None:
    (line,) = rendered(Group("Notes", (ok("notes", "a\x1b[31mb\rc"),)), 80)[1:]
    assert line == "  ok    a\\x1b[31mb\\x0dc"


def test_the_last_words_count_what_is_to_be_done() -> None:
    well = Group("Notes", (ok("notes", "fine"),))
    assert verdict([well]) == ["All is well."]
    assert verdict([NOTES]) == ["1 hint. Nothing stops the bot from serving."]
    assert verdict([NOTES, NOTES])[0].startswith("2 hints. ")
    assert verdict([DATA])[0] == "1 to FIX."
    assert verdict([NOTES, DATA])[0] == "1 to FIX and 1 hint."


def test_only_what_has_to_be_fixed_is_not_ok() -> None:
    assert is_ok([NOTES])
    assert not is_ok([NOTES, DATA])


def test_scripts_are_told_the_same() -> None:
    assert json.loads(as_json([NOTES, DATA])) == {
        "ok": False,
        "lines": [
            {"about": "notes", "state": "ok", "says": "/n can be read.", "do": ""},
            {
                "about": "problems",
                "state": "hint",
                "says": "2 problems:\na.md\nb.md",
                "do": "Look.",
            },
            {
                "about": "state",
                "state": "fix",
                "says": "state.db is damaged.",
                "do": "Bring back a backup.",
            },
        ],
    }


def test_a_token_in_somebody_elses_error_is_blanked_out() -> None:
    half = "AAbbCCddEEffGGhhIIjj"
    told = Group("Telegram", (Line("network", "fix", f"no /bot12%3A{half}/", f"try 12:{half}"),))
    (line,) = without(told, [f"12:{half}"]).lines
    assert half not in line.says + line.do
    assert line.says.startswith("no /bot")
