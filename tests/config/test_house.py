"""The house stands: every model has its migration, every system check is clean."""

import pytest
from django.core.management import call_command


@pytest.mark.django_db
def test_no_model_lacks_a_migration():
    call_command("makemigrations", check=True, dry_run=True)


def test_system_checks_are_clean():
    call_command("check", fail_level="WARNING")
