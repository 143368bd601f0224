"""Debian's Chromium as a person has it before them; what it complains of fails the test.

It runs in a network name space of its own, with nothing in it but the environment's port: no
network that comes and goes disturbs it, and a page that asked for anything else would show.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from looks import assert_good_looks
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

PATIENCE = 60_000
"""Milliseconds after which something that should show is taken not to."""
LONE_PATIENCE = 30
FORWARD = """
import asyncio, sys

async def pour(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.write_eof()
    except OSError:
        writer.close()

async def main(listen, connect):
    opened = asyncio.open_unix_connection if "/" in connect else asyncio.open_connection
    async def serve(reader, writer):
        try:
            there = await opened(*([connect] if "/" in connect else ["127.0.0.1", int(connect)]))
        except OSError:
            writer.close()
            return
        await asyncio.gather(pour(reader, there[1]), pour(there[0], writer))
        writer.close()
        there[1].close()
    if "/" in listen:
        server = await asyncio.start_unix_server(serve, listen)
    else:
        server = await asyncio.start_server(serve, "127.0.0.1", int(listen))
    print("listening", flush=True)
    await server.serve_forever()

asyncio.run(main(*sys.argv[1:]))
"""
"""Passes connections on between a port and a socket of the file system, known in all spaces."""


class Window:
    """One window of a person, of a width; ``shot`` looks at what is in it."""

    def __init__(self, context: BrowserContext, root: str, pictures: Path) -> None:
        """Show pages of ``root``, keep pictures in a folder."""
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.complaints: list[str] = []
        self._root, self._pictures, self._count = root, pictures, 0
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda said: self._note(said.type, said.text))
        self.page.on("requestfailed", lambda asked: self._note("failed", asked.url, asked.failure))

    def _note(self, kind: str, *words: object) -> None:
        # a poll that is under way when the person goes on to another page ends there
        if kind in ("error", "warning", "failed") and "net::ERR_ABORTED" not in words:
            self.complaints.append(" ".join(map(str, (kind, *words))))

    def open(self, path: str = "/") -> None:
        """Open a page by its address."""
        self.page.goto(self._root + path)

    def shot(self, name: str) -> None:
        """Keep a picture of the whole page, after looking for what must not be."""
        self._count += 1
        path = self._pictures / f"{self._count:02}-{name}.png"
        size = self.page.viewport_size
        assert size is not None
        height = self.page.evaluate("document.documentElement.scrollHeight")
        # Chromium's own picture of a whole page loses the click that follows it
        self.page.set_viewport_size({"width": size["width"], "height": max(height, size["height"])})
        self.page.screenshot(path=path)
        self.page.set_viewport_size(size)
        for scheme in ("dark", "light"):
            self.page.emulate_media(color_scheme=scheme)
            assert_good_looks(self.page)
        assert self.complaints == [], self.page.url


@contextmanager
def chromium(port: int, folder: Path) -> Iterator[Browser]:
    """Give the browser, alone in a network name space with 127.0.0.1:``port``."""
    bridge = str(folder / "bridge")
    programs: list[subprocess.Popen[bytes]] = []

    def forward(*words: str) -> subprocess.Popen[bytes]:
        program = subprocess.Popen(words, stdout=subprocess.PIPE)
        programs.append(program)
        assert program.stdout is not None
        assert program.stdout.readline() == b"listening\n"
        return program

    python = shutil.which(sys.executable) or sys.executable
    try:
        forward(python, "-c", FORWARD, bridge, str(port))
        inside = 'ip link set lo up && exec "$@"'
        words = ("unshare", "--net", "sh", "-c", inside, "sh", python, "-c", FORWARD)
        alone = forward(*words, str(port), bridge)
        launcher = folder / "chromium"
        launcher.write_text(f'#!/bin/sh\nexec nsenter --target {alone.pid} --net chromium "$@"\n')
        launcher.chmod(0o755)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=launcher, args=["--no-sandbox", "--disable-dev-shm-usage"]
            )
            yield browser
            browser.close()
    finally:
        for program in programs:
            program.kill()
            program.wait()


@contextmanager
def window(
    browser: Browser, root: str, pictures: Path, width: int, *, scripts: bool = True
) -> Iterator[Window]:
    """Give a window with its own cookies; fails when anything in it was complained of.

    Its pictures go into the folder, in the place of earlier ones.
    """
    shutil.rmtree(pictures, ignore_errors=True)
    context = browser.new_context(
        viewport={"width": width, "height": 800 if width > 500 else 640},
        java_script_enabled=scripts,
        color_scheme="light",
        reduced_motion="reduce",
    )
    expect.set_options(timeout=PATIENCE)
    try:
        shown = Window(context, root, pictures)
        yield shown
        assert shown.complaints == []
    finally:
        context.close()


def words(text: str) -> re.Pattern[str]:
    """Return a pattern of exactly these words, wherever they stand."""
    return re.compile(re.escape(text), re.IGNORECASE)
