"""Bring the translators' files up to what the sources say, and compile them: make messages."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Write what is to be translated to the .po files, compile them, and say what is missing."

    def handle(self, *args: Any, **options: Any) -> None:
        # Babel is only there for developers.
        from config.translating import catalogues
        from config.translating.extraction import sayings_of

        for catalogue in (*catalogues.CATALOGUES, catalogues.FRAMEWORKS):
            ours = catalogue in catalogues.CATALOGUES
            sayings = sayings_of(catalogue) if ours else catalogues.held(catalogue)
            for language in catalogues.LANGUAGES:
                content = catalogues.renewed(
                    catalogues.stored(catalogue, language), sayings, language
                )
                catalogues.write(catalogue, language, content)
                lacking = len(list(catalogues.missing(content)))
                self.stdout.write(
                    f"{catalogue} {language}: {len(content)} texts, {lacking} missing"
                )
