"""Takes the files of a form straight into the store's entrance, instead of twice over the disk."""

from core.errors import InvalidInputError, LedgerFlowError, TooLargeError
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from documents.services.adding import Sent
from documents.storage.blobs import Receiver
from documents.store import blob_store


class StoreUploadHandler(FileUploadHandler):
    """Sums and counts each file while it comes; a file that is refused stops no other.

    ``sent`` and ``refused`` say what came, in the order of the form.
    """

    chunk_size = 1024 * 1024

    def __init__(self, request: HttpRequest | None = None) -> None:
        """Begin with nothing."""
        super().__init__(request)
        self.sent: list[Sent] = []
        self.refused: list[tuple[str, LedgerFlowError]] = []
        self._receiver: Receiver | None = None
        self._expected = 0
        self._read = 0
        self._ended = False

    def count(self, request: HttpRequest) -> None:
        """Count the bytes of the body, which are as many as its header says unless it broke off."""
        self._expected = int(request.META.get("CONTENT_LENGTH") or 0)
        read = request.read

        def counted(*arguments: int) -> bytes:
            chunk = bytes(read(*arguments))
            self._read += len(chunk)
            self._ended |= not chunk
            return chunk

        request.read = counted  # type: ignore[assignment, method-assign]

    def must_be_whole(self) -> None:
        """Raise ``InvalidInputError`` when the connection broke: the last file may be cut off.

        Asked after the form is read. Neither the server nor Django tells: to them, a body that
        ends early is a shorter body.
        """
        if self._ended and self._read < self._expected:
            raise InvalidInputError("The upload broke off. Send it again.", code="cut_off")

    def new_file(self, *arguments: object, **options: object) -> None:
        """Begin a file."""
        super().new_file(*arguments, **options)  # type: ignore[arg-type]
        self._receiver = Receiver(blob_store().root, settings.UPLOAD_LIMIT)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Take bytes; the rest of a file that is too large is passed over."""
        assert self._receiver is not None  # noqa: S101 - new_file() came before
        try:
            self._receiver.write(raw_data)
        except TooLargeError as error:
            self._receiver = None
            self.refused.append((self.file_name or "file", error))
            raise SkipFile from error

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """Keep what came; the form itself has no use for the file."""
        receiver, self._receiver = self._receiver, None
        if receiver is None:
            return None
        name = self.file_name or "file"
        try:
            self.sent.append(Sent(receiver.finish(), name, self.content_type or ""))
        except InvalidInputError as error:
            self.refused.append((name, error))
        return None

    def upload_interrupted(self) -> None:
        """Forget what came: the sender went away, and was told nothing."""
        self.discard()

    def discard(self) -> None:
        """Forget every file that nobody has taken over."""
        if self._receiver is not None:
            self._receiver.abort()
            self._receiver = None
        for sent in self.sent:
            sent.received.discard()


def take_over(request: HttpRequest) -> StoreUploadHandler:
    """Read the form of ``request`` with the handler; called before anything asks for the fields."""
    handler = StoreUploadHandler(request)
    handler.count(request)
    request.upload_handlers = [handler]
    return handler
