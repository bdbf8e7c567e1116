import argparse
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from ledger.sealing import Head, head
from ledger.verification import heads_in, verify


class Command(BaseCommand):
    help = "Verify the log: one line per finding; exit code 1 if there is any."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--against",
            action="append",
            default=[],
            help="a head kept outside (position:digest), or a file of heads, one a line; may be repeated",
        )
        parser.add_argument("--database", default="auditor", help="connection alias to read through")

    def handle(self, *args: object, **options: object) -> None:
        using = str(options["database"])
        findings = verify(using=using, against=self.heads(list(options["against"])))  # type: ignore[call-overload]
        for finding in findings:
            self.stdout.write(str(finding))
        if findings:
            raise CommandError(f"{len(findings)} finding(s)", returncode=1)
        self.stdout.write(f"The log is whole. Head {head(using)}")

    def heads(self, given: list[str]) -> list[Head]:
        heads: list[Head] = []
        for one in given:
            try:
                path = Path(one)
                heads += heads_in(path.read_text().splitlines()) if path.exists() else [Head.parse(one)]
            except (ValueError, IndexError) as error:
                raise CommandError(
                    f"Neither a head (position:digest) nor a file of heads: {error}", returncode=2
                ) from error
        return heads
