"""A signed-in person who saves something all the time, through the public entrance with TLS."""

import threading
import time

import requests

TIMEOUT_SECONDS = 15


class WebWriter:
    """Saves groups w1, w2, w3, ... in the administration; remembers what was accepted.

    One session and its kept connection are used from beginning to end, so signing the person out
    shows as a refusal.
    """

    def __init__(
        self, address: str, root: str, username: str, password: str, pause: float = 0.1
    ) -> None:
        """Sign in; ``pause`` are the seconds from an answer to the next request."""
        self._address = address
        self._pause = pause
        self._session = requests.Session()
        self._session.trust_env = False  # a bundle of the machine would take the place of `root`
        self._session.verify = root
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._write, daemon=True)
        self._sign_in(username, password)
        self.accepted: list[str] = []
        self.moments: list[float] = []
        self.refused: list[str] = []

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *unused):
        self._end.set()
        self._thread.join()

    @property
    def interruption(self) -> float:
        """The longest time, in seconds, between two accepted writes."""
        return max(b - a for a, b in zip(self.moments, self.moments[1:], strict=False))

    def save(self, name: str) -> str:
        """Save a group; return an empty text, or how it was refused."""
        try:
            answer = self._post("/admin/auth/group/add/", {"name": name})
        except requests.RequestException as error:
            return f"{type(error).__name__}: {error}"
        target = answer.headers.get("Location", "")
        if answer.status_code == 302 and "login" not in target:
            return ""
        return f"{answer.status_code} {target}".strip()

    def _sign_in(self, username: str, password: str) -> None:
        page = self._session.get(f"{self._address}/admin/login/", timeout=TIMEOUT_SECONDS)
        page.raise_for_status()
        answer = self._post("/admin/login/", {"username": username, "password": password})
        assert answer.status_code == 302, "signing in was refused"

    def _post(self, path: str, fields: dict[str, str]) -> requests.Response:
        return self._session.post(
            f"{self._address}{path}",
            data=fields,
            headers={
                "X-CSRFToken": self._session.cookies["csrftoken"],
                "Referer": f"{self._address}/",
            },
            allow_redirects=False,
            timeout=TIMEOUT_SECONDS,
        )

    def _write(self) -> None:
        number = 0
        while not self._end.is_set():
            number += 1
            refusal = self.save(f"w{number}-{id(self)}")
            if refusal:
                self.refused.append(refusal)
            else:
                self.accepted.append(f"w{number}-{id(self)}")
                self.moments.append(time.monotonic())
            time.sleep(self._pause)
