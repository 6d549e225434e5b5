"""What every answer says to the browser, and that a production installation passes Django's own checks."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {"HOSTS": "jiaoyan.example", "HTTPS": "1", "SITE_URL": "https://jiaoyan.example", "DEMO": "0"}


def manage(*arguments: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "REDIS_", "HOSTS", "DEBUG"))
    }
    environment = kept | {"VAR_DIR": str(folder)} | variables
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.django_db
def test_each_page_carries_a_strict_policy(client: Client) -> None:
    response = client.get("/accounts/login/")

    policy = dict(part.strip().partition(" ")[::2] for part in response["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client: Client) -> None:
    cookies = client.get("/accounts/login/").cookies

    assert cookies["csrftoken"]["samesite"] == "Lax"
    session = client.post("/accounts/login/", {"login": "x", "password": "y"}).cookies
    assert all(cookie["httponly"] for name, cookie in session.items() if name == "sessionid")


def test_a_production_installation_passes_the_deployment_checks(tmp_path: Path) -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING", folder=tmp_path, **PRODUCTION)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("variables", "fault"),
    [
        ({"DEBUG": "1", "HOSTS": "jiaoyan.example"}, "jiaoyan.E001"),
        ({"HOSTS": "*"}, "jiaoyan.E002"),
        ({"SECRET_KEY": "changeme"}, "jiaoyan.E003"),
        ({"HOSTS": "jiaoyan.example", "SITE_URL": "https://jiaoyan.example"}, "jiaoyan.E004"),
        ({"AUDIT_DAYS": "30"}, "jiaoyan.E005"),
    ],
)
def test_an_unsafe_combination_does_not_start(tmp_path: Path, variables: dict[str, str], fault: str) -> None:
    done = manage("serve", folder=tmp_path, **variables)

    assert done.returncode == 1
    assert fault in done.stderr
