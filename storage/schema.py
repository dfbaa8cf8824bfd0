"""The tables of index.db. It is derived: another version means to build it anew.

A semicolon ends a statement here, also in a comment.
"""

from __future__ import annotations

import re

APPLICATION_ID = 0x7475_6265  # "tube"
VERSION = 1

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
    start integer not null, lost integer not null
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
    more text                                         -- further moments, JSON [[start, trust]]
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
create virtual table moment_words using fts5(
    words, context, content='', tokenize='porter unicode61 remove_diacritics 2'
);
create virtual table note_words using fts5(
    title, headings, rest, content='notes', content_rowid='id',
    tokenize='porter unicode61 remove_diacritics 2'
);
create virtual table moment_terms using fts5vocab(moment_words, row);
insert into meta values ('complete', 0), ('passages', 0), ('moments', 0),
    -- from the clock, so that an index built anew does not count up to what readers remember
    ('generation', cast((julianday('now') - 2440587.5) * 86400000 as integer))
"""
TABLES = frozenset(re.findall(r"create (?:virtual )?table (\w+)", SCHEMA))
