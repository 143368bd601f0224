"""The child process: one request from standard input, one answer to standard output."""

import json
import os
import sys

from documents.extraction import isolation
from documents.extraction.failures import ReadingError
from documents.extraction.request import CONVERT, PREVIEW, TEXT, Answer, Request


def main() -> int:
    """Do what is asked within the limits; the answer has a code when that is not possible."""
    request = Request.from_json(json.loads(sys.stdin.buffer.read()))
    answer_to = os.dup(1)
    os.dup2(2, 1)  # what libraries print must not get between
    isolation.limit_resources(request.limits)
    how = isolation.cut_network(may_start_programs=bool(request.tesseract))
    answer = answered(request)
    answer.isolation = how
    with os.fdopen(answer_to, "wb") as pipe:
        pipe.write(json.dumps(answer.as_json()).encode())
    return 0


def answered(request: Request) -> Answer:
    """Do what is asked; whatever a parser raises becomes a code."""
    try:
        return _do(request)
    except ReadingError as error:
        return Answer(error=error.code)
    except MemoryError:
        return Answer(error="memory_limit")
    except OSError as error:
        return Answer(error="output_limit" if error.errno == 27 else "unreadable")  # EFBIG
    except Exception as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return Answer(error="unreadable")


def _do(request: Request) -> Answer:
    if request.task == TEXT:
        from documents.extraction.texts import read_text

        return read_text(request)
    if request.task == PREVIEW:
        from documents.extraction.previews import make_preview

        return make_preview(request)
    if request.task == CONVERT:
        from documents.extraction.conversions import convert

        return convert(request)
    raise ValueError(request.task)


if __name__ == "__main__":
    raise SystemExit(main())
