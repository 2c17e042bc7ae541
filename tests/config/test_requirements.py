"""requirements.txt: every package pinned, and nothing that only this machine knows."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
FILES = {
    "requirements.txt": PROJECT["dependencies"],
    "requirements-dev.txt": PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"],
}


def pins_of(file: str) -> dict[str, str]:
    lines = [line for line in (ROOT / file).read_text().splitlines() if line.strip()]
    pins = [line for line in lines if not line.lstrip().startswith("#")]
    assert [line for line in pins if not re.fullmatch(r"[a-z0-9.\[\]_-]+==[\w.!+]+", line)] == []
    return {name.split("[")[0]: version for name, version in (pin.split("==") for pin in pins)}


@pytest.mark.parametrize("file", FILES)
def test_what_the_project_names_is_pinned_within_its_range(file):
    pins = pins_of(file)
    for text in FILES[file]:
        wanted = Requirement(text)
        assert wanted.specifier.contains(pins[wanted.name.lower()]), text


def test_both_files_pin_the_same_versions():
    assert pins_of("requirements.txt").items() <= pins_of("requirements-dev.txt").items()
