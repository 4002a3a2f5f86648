import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import chat

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", str(ROOT)]
    subprocess.run([*build, "--wheel-dir", str(folder)], check=True)
    return zipfile.ZipFile(next(folder.iterdir()))


@pytest.mark.slow
def test_wheel_holds_every_file_of_the_package_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    listing = subprocess.check_output(["git", "ls-files", "-co", "--exclude-standard", "chat"], cwd=ROOT, text=True)
    package = {name for name in listing.splitlines() if (ROOT / name).exists()}
    metadata = f"django_chatgroups-{chat.__version__}.dist-info/"

    assert {name for name in wheel.namelist() if not name.startswith(metadata)} == package
    assert "chat/py.typed" in package


@pytest.mark.slow
def test_wheel_asks_for_orjson_psycopg_and_storages_only_as_extras(wheel: zipfile.ZipFile) -> None:
    metadata = wheel.read(f"django_chatgroups-{chat.__version__}.dist-info/METADATA").decode()
    required = [line for line in metadata.splitlines() if line.startswith("Requires-Dist:")]

    assert len(required) == 13
    extras = [line for line in required if any(name in line for name in ("orjson", "psycopg", "django-storages"))]
    assert [line for line in required if "extra ==" in line] == extras
    assert len(extras) == 3


def test_requirements_are_the_seven_named_packages() -> None:
    names = {line.split(">")[0].split("[")[0].lower() for line in (ROOT / "requirements.txt").read_text().splitlines()}

    assert names == {
        "django",
        "djangorestframework",
        "psycopg",
        "django-filter",
        "djangorestframework-simplejwt",
        "pytest-django",
        "factory-boy",
    }
