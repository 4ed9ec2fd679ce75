"""File a page's image and PDF in the raw archive, if the publication's row asks for them. Looks into neither."""

from worker.domain import ParsedPage
from worker.errors import BroadsheetError
from worker.fetch import answers
from worker.job import Job


def file_facsimiles(job: Job, layout: ParsedPage) -> list[BroadsheetError]:
    """Fetch and file them; gives what went wrong, which leaves the page partial: the archive was promised whole."""
    row = job.publication
    wanted = [
        (url, kind)
        for url, kind, asked in (
            (layout.image_url, answers.IMAGE, row.archive_images),
            (layout.pdf_url, answers.PDF, row.archive_pdfs),
        )
        if url and asked and not job.offline
    ]
    failures: list[BroadsheetError] = []
    for (_, kind), got in zip(wanted, job.acquire([url for url, _ in wanted]), strict=True):
        try:
            if isinstance(got, BroadsheetError):
                raise got
            answers.require(got[0], kind=kind)
        except BroadsheetError as error:
            failures.append(error)
    return failures
