"""``python -m tests.on_servers``: the same tests once more, on PostgreSQL and Redis (promise 9: the clone runs).

What starts servers or browsers of its own has been run already and would only repeat itself.
"""

import os
import subprocess
import sys

import pytest

from tests.servers import ROOT, postgres_server, redis_server

LEFT_OUT = "not e2e and not postgres and not redis and not elasticsearch and not node and not slow"


def main(arguments: list[str]) -> int:
    """Pytest's exit code; without the servers 0 and a loud sentence, in CI 1."""
    try:
        with postgres_server() as postgres, redis_server() as redis:
            own = {"DATABASE_URL": postgres.url("site"), "REDIS_URL": redis.url}
            command = [sys.executable, "-m", "pytest", "-m", LEFT_OUT, *arguments]
            return subprocess.run(command, cwd=ROOT, env=os.environ | own, check=False).returncode
    except pytest.skip.Exception as missing:
        print(f"\n!! NOT RUN on PostgreSQL and Redis: {missing}\n", flush=True)
        return 0
    except pytest.fail.Exception as missing:
        print(f"\n!! {missing}\n", flush=True)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
