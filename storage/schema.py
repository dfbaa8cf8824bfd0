"""The tables of index.db, and its version. It is derived: another one means to build it anew.

A semicolon ends a statement here, also in a comment.
"""

from __future__ import annotations

import re

APPLICATION_ID = 0x7475_6265  # "tube"
LAYOUT = 4
"""The tables and what stands in their columns. One more with every change of them: an index of
another layout cannot be read."""
READING = 1
"""How notes are read: parser, words, moments. One more wherever the same notes give other rows: an
index of another reading answers while one of this is built beside it."""
READINGS = 1_000
VERSION = LAYOUT * READINGS + READING
"""`pragma user_version`. Up to version 3 it was a number of its own: layout 0."""

SCHEMA = """
create table files(
    key text primary key,
    size integer not null, mtime_ns integer not null, inode integer not null,
    hash blob not null,
    kind text not null                       -- note, page, other, rejected
) without rowid;
create table notes(
    id integer primary key,
    key text not null unique,
    ref text not null unique,                -- short_hash(key)
    title text not null,
    name text not null,                      -- topic_name of the file: what wikilinks name
    channel text not null,
    video_id text not null,
    headings text not null, rest text not null,
    found integer not null, exact integer not null, near integer not null,
    start integer not null, lost integer not null,
    clean integer not null                   -- its times may judge those of other notes
);
create index notes_name on notes(name);
create index notes_video on notes(video_id);
create index notes_channel on notes(channel, title, key);
create table moments(
    id integer primary key,
    video_id text not null,
    start integer not null                   -- seconds, the earliest of its passages
);
create index moments_video on moments(video_id, start);
create table passages(
    id integer primary key,
    note_id integer not null,
    moment_id integer,
    start integer not null, trust integer not null,   -- its first moment
    line integer not null,
    text text not null, before text not null, after text not null,
    context text not null, heading text not null,     -- heading path, a line a level
    more text,                                        -- further moments, JSON [[start, trust]]
    written text       -- in a doubtful note: its own readings, JSON [[start, trust, other]]
);
create index passages_note on passages(note_id);
create index passages_moment on passages(moment_id);
create table links(
    note_id integer not null,
    name text not null,                      -- topic_name of the target
    target text not null, alias text not null
);
create index links_note on links(note_id);
create index links_name on links(name, note_id);
create table titles(
    page text not null, video_id text not null, title text not null,
    primary key(page, video_id)
) without rowid;
create index titles_video on titles(video_id);
create table problems(
    key text not null, line integer not null, kind text not null, message text not null,
    lost integer not null
);
create index problems_key on problems(key);
create table meta(name text primary key, value not null) without rowid;
create table segments(
    id integer primary key,
    first integer not null, count integer not null,   -- moments first .. first + count - 1
    starts blob not null,                             -- int32, seconds
    lengths blob not null,                            -- uint16, words, 0 where dead
    videos blob not null,                             -- int32, the first moment of its video
    names blob not null                               -- uint32, a checksum of its video's id
);
create table postings(
    term text not null, segment integer not null,
    moments blob not null,                            -- int32 numbers, then uint8 counts
    primary key(term, segment)
) without rowid;
create table dead(first integer primary key, last integer not null);
create table words(
    word text primary key, stem text not null,
    videos integer not null                           -- how many videos' passages hold it
) without rowid;
create virtual table note_words using fts5(
    title, headings, rest, content='', tokenize='porter ascii'      -- folded
);
create virtual table note_terms using fts5vocab(note_words, col);
create virtual table title_grams using fts5(title, content='', detail=none, tokenize='trigram');
create virtual table title_gram_terms using fts5vocab(title_grams, row);
create virtual table link_words using fts5(alias, content='', tokenize='porter ascii');
insert into meta values ('complete', 0), ('passages', 0), ('moments', 0), ('next_moment', 0),
    -- from the clock, so that an index built anew does not count up to what readers remember
    ('generation', cast((julianday('now') - 2440587.5) * 86400000 as integer))
"""
TABLES = frozenset(re.findall(r"create (?:virtual )?table (\w+)", SCHEMA))
