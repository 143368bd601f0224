"""Makes the library's database and its pages. Runs once, in the image's build.

Usage: build_library.py SOURCES DATABASE PAGES. A source is a text file with any number of entries;
an entry is a title line that starts with ``# `` and the paragraphs below it.
"""

import html
import re
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} - LedgerFlow library</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="../themes/simple/style.css">
</head>
<body>
<main>
<h1>{title}</h1>
{body}
<p><a href="../../">Search again</a></p>
</main>
</body>
</html>
"""


def entries(text: str) -> Iterator[tuple[str, str, list[str]]]:
    """Yield slug, title and paragraphs of every entry."""
    for part in re.split(r"^# ", text, flags=re.MULTILINE)[1:]:
        title, _, rest = part.partition("\n")
        paragraphs = [" ".join(p.split()) for p in re.split(r"\n\s*\n", rest) if p.strip()]
        yield re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-"), title.strip(), paragraphs


def build(sources: Path, database: Path, pages: Path) -> int:
    """Write the database and one page per entry; return how many there are."""
    pages.mkdir(parents=True, exist_ok=True)
    count = 0
    connection = sqlite3.connect(database)
    connection.execute(
        "CREATE VIRTUAL TABLE library USING fts5(slug UNINDEXED, title, content, tokenize=porter)"
    )
    for source in sorted(sources.glob("*.md")):
        for slug, title, paragraphs in entries(source.read_text(encoding="utf-8")):
            row = (slug, title, " ".join(paragraphs))
            connection.execute("INSERT INTO library VALUES (?, ?, ?)", row)
            body = "\n".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in paragraphs)
            page = _PAGE.format(title=html.escape(title), body=body)
            (pages / f"{slug}.html").write_text(page, encoding="utf-8")
            count += 1
    connection.commit()
    connection.close()
    return count


if __name__ == "__main__":
    print(build(*map(Path, sys.argv[1:])), "pages")
