"""What import_customers, import_products and import_orders share."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _
from tqdm import tqdm

from customers.errors import DeskError
from customers.imports.importer import Importer
from customers.imports.jobs import Wishes, resume_or_start
from customers.imports.models import ImportJob, ImportStatus
from customers.imports.reporting import error_file, report
from customers.imports.running import run_job
from customers.models import User


def _pair(text: str) -> tuple[str, str]:
    field, sign, header = text.partition("=")
    if not sign or not field.strip() or not header.strip():
        raise ArgumentTypeError(
            _("%(text)s is not FIELD=HEADER, as in phone=Contact2") % {"text": text}
        )
    return field.strip(), header.strip()


class ImportCommand(BaseCommand):
    """One file, from its checkpoint on; JSON on standard output, a bar on standard error."""

    importer: ClassVar[type[Importer]]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a .csv or .xlsx")
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")
        parser.add_argument(
            "--keep-existing", action="store_true", help="leave rows that are here as they are"
        )
        parser.add_argument(
            "--map",
            action="append",
            type=_pair,
            default=[],
            metavar="FIELD=HEADER",
            help="which column means a field, where its header doesn't say so",
        )
        parser.add_argument("--by", help="the username in whose name it is done")
        parser.add_argument(
            "--errors", type=Path, help="write refused rows there, to be corrected and imported"
        )
        parser.add_argument(
            "--show", type=int, default=100, help="how many rows to report (100 of each kind)"
        )

    def wishes(self, options: dict[str, Any]) -> Wishes:
        return Wishes(
            dry_run=options["dry_run"],
            keep_existing=options["keep_existing"],
            mapping=dict(options["map"]),
        )

    def finished(self, job: ImportJob) -> None:
        """What one kind of file does when it is through."""

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        path, importer = Path(file), self.importer()
        by = _account(options["by"])
        try:
            job = resume_or_start(
                path, importer, name=path.name, wishes=self.wishes(options), by=by
            )
        except DeskError as error:
            raise CommandError(str(error)) from error
        with tqdm(
            total=job.row_count, initial=job.rows_done, unit=" rows", file=sys.stderr
        ) as shown:

            def progress(done: int, of: int) -> None:
                shown.total = of
                shown.update(done - shown.n)

            run_job(job, path, importer, progress=progress)
        self.finished(job)
        if options["errors"] and job.refused_count:
            options["errors"].write_text("".join(error_file(job)), encoding="utf-8")
        facts = report(job, rows=options["show"])
        self.stdout.write(json.dumps(facts, ensure_ascii=False, indent=2, cls=DjangoJSONEncoder))
        if job.status == ImportStatus.FAILED:
            raise CommandError(job.last_error)


def _account(username: str | None) -> User | None:
    if username is None:
        return None
    if (user := User.objects.by_login(username)) is None:
        raise CommandError(f"There is no account {username}.")
    return user
