"""The house's settings, with a data folder of its own that is gone after the tests."""

import atexit
import os
import shutil
import tempfile

_folder = tempfile.mkdtemp(prefix="kinline-tests-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ["KINLINE_DATA"] = f"{_folder}/data"
os.environ["KINLINE_KEYS"] = f"{_folder}/keys"
os.makedirs(f"{_folder}/data")

from kinline.config.settings import *  # noqa: E402, F403
from kinline.config.settings import DATABASES, STORAGES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file as in life, so that several threads have connections of their own ...
    DATABASES["default"]["TEST"] = {"NAME": f"{_folder}/data/test.sqlite3"}  # type: ignore[typeddict-unknown-key]
    # ... but nobody waits for the disk: no test of this process pulls the plug.
    DATABASES["default"]["OPTIONS"] = DATABASES["default"]["OPTIONS"] | {
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"
    }
else:
    # Tests run side by side, each process with a database of its own.
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    DATABASES["default"]["TEST"] = {"NAME": f"test_kinline_{worker}"}  # type: ignore[typeddict-unknown-key]
# Plain names: a test of a page needs no built front end.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# Passwords of invented people, hashed by the dozen; PINs keep their real hash.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Each test client makes the middleware anew, and would list every static file for it.
WHITENOISE_AUTOREFRESH = True
