"""The house stands: every model has its migration, every system check is clean."""

import pytest
from django.core.management import call_command


@pytest.mark.django_db
def test_no_model_lacks_a_migration():
    call_command("makemigrations", check=True, dry_run=True)


def test_system_checks_are_clean():
    call_command("check", fail_level="WARNING")


@pytest.mark.xdist_group("races")
def test_tests_of_one_group_share_a_worker(request):
    """pytest-xdist groups by a suffix of the name; where it stops to, races disturb each other."""
    grouped = getattr(request.config.option, "loadgroup", False)
    assert request.node.nodeid.endswith("@races") == grouped
