"""One bucket of an S3-compatible store: requests with named errors and bounded patience."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from functools import cached_property
from typing import Any

import boto3
from botocore.config import Config
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_random_exponential

from backup.errors import OffsiteError
from backup.offsite.errors import (
    PASSING,
    BucketError,
    MissingError,
    NonsenseError,
    RefusedError,
    UnsupportedError,
    translated,
)
from backup.offsite.settings import Credentials, OffsiteSettings

_LONGEST_PAUSE_SECONDS = 30


class Store:
    """The bucket of `settings`, for one environment and with one key."""

    def __init__(
        self, settings: OffsiteSettings, environment: str, credentials: Credentials | None = None
    ) -> None:
        self.settings, self.environment = settings, environment
        self.takes_checksums = settings.checksums == "auto"
        """Becomes false when the store turns out not to know SHA-256 checksums."""
        who = credentials or settings.writer
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=settings.endpoint,
            region_name=settings.region,
            aws_access_key_id=who.access_key,
            aws_secret_access_key=who.secret,
            config=_config(settings),
        )

    @property
    def where(self) -> str:
        """The store in words."""
        return f"bucket {self.settings.bucket} at {self.settings.endpoint or 'Amazon S3'}"

    @property
    def folder(self) -> str:
        """What the keys of the environment begin with, with the slash."""
        return f"{self.settings.prefix}/{self.environment}/"

    def key(self, name: str) -> str:
        """Return the key of a file of the environment."""
        return f"{self.folder}{name}"

    def request(self, doing: str, method: str, **arguments: object) -> dict[str, Any]:
        """Call one method of boto's client on this bucket, again while that may help.

        Raises:
            OffsiteError: one of its named kinds; passing troubles after `patience_seconds`.
        """
        for attempt in self.attempts():
            with attempt:
                answer = self.once(doing, method, **arguments)
        return answer

    def once(self, doing: str, method: str, **arguments: object) -> dict[str, Any]:
        """Call one method of boto's client once; raises OffsiteError."""
        with translated(doing, self.where):
            answer: dict[str, Any] = getattr(self._client, method)(
                Bucket=self.settings.bucket, **arguments
            )
        headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
        if str(headers.get("content-type", "")).startswith("text/html"):
            raise NonsenseError(
                f"{doing} ({self.where}): a web page answers in place of the store",
                "look at the endpoint, and whether this network wants a login first",
            )
        return answer

    def reading(self, doing: str) -> AbstractContextManager[None]:
        """Give errors of a body that is being read their names."""
        return translated(doing, self.where)

    def attempts(self) -> Retrying:
        """The tries of one piece of work: pauses that grow, until patience ends."""
        patience = self.settings.patience_seconds
        return Retrying(
            retry=retry_if_exception_type(PASSING),
            wait=wait_random_exponential(
                multiplier=0.5, max=min(_LONGEST_PAUSE_SECONDS, patience / 4)
            ),
            stop=stop_after_delay(patience),
            reraise=True,
        )

    def pages(self, doing: str, method: str, **arguments: object) -> Iterator[dict[str, Any]]:
        """Yield the pages of a listing below the environment's folder; raises OffsiteError."""
        markers: dict[str, Any] = {}
        while True:
            page = self.request(doing, method, Prefix=self.folder, **arguments, **markers)
            yield page
            if not page.get("IsTruncated"):
                return
            following = _markers(page)
            if following == markers:
                raise OffsiteError(
                    f"{doing} ({self.where}): the listing does not end", "report it to the store"
                )
            markers = following

    @cached_property
    def versioned(self) -> bool:
        """Whether the bucket keeps versions; one with object lock always does."""
        return self._asked("get_bucket_versioning").get("Status") == "Enabled" or self.offers_locks

    @cached_property
    def offers_locks(self) -> bool:
        """Whether the bucket has object lock, as far as this key may know."""
        answer = self._asked("get_object_lock_configuration")
        configured = answer.get("ObjectLockConfiguration", {})
        return bool(configured.get("ObjectLockEnabled") == "Enabled")

    @property
    def locks(self) -> bool:
        """Whether uploads are locked: by the settings, and by what the bucket offers.

        Raises:
            BucketError: a lock is required, and the bucket has none.
        """
        if self.settings.lock == "required" and not self.offers_locks:
            raise BucketError(
                f"The {self.where} offers no object lock, and it is required",
                "make a bucket with object lock, or set the lock to `auto`",
            )
        return self.settings.lock != "off" and self.offers_locks

    def _asked(self, method: str) -> dict[str, Any]:
        """An answer about the bucket; empty where the store does not know the question."""
        try:
            return self.request("asking what the bucket offers", method)
        except BucketError:
            raise
        except (MissingError, UnsupportedError, RefusedError):
            return {}
        except OffsiteError as error:
            if "ConfigurationNotFound" in error.what:
                return {}
            raise


def _config(settings: OffsiteSettings) -> Config:
    """Boto's own retries stay few: those with patience are ours.

    Checksums only where asked for: stores other than Amazon's refuse or mangle the newer default
    ones (boto3 1.36 and later), deletes among them.
    """
    return Config(
        connect_timeout=min(settings.timeout_seconds, 20),
        read_timeout=settings.timeout_seconds,
        retries={"mode": "standard", "total_max_attempts": 2},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"addressing_style": "path" if settings.endpoint else "auto"},
        user_agent_extra="ledgerflow-backup",
    )


def _markers(page: dict[str, Any]) -> dict[str, Any]:
    names = {
        "NextContinuationToken": "ContinuationToken",
        "NextKeyMarker": "KeyMarker",
        "NextVersionIdMarker": "VersionIdMarker",
        "NextUploadIdMarker": "UploadIdMarker",
        "NextPartNumberMarker": "PartNumberMarker",
    }
    return {ours: page[theirs] for theirs, ours in names.items() if page.get(theirs)}
