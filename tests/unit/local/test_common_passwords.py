"""Lists of passwords, read out of the packages that carry them."""

import gzip
import zipfile
from pathlib import Path

from local.common_passwords import words_of


def test_both_lists_are_read_without_running_their_packages(tmp_path: Path) -> None:
    django, zxcvbn = tmp_path / "django.whl", tmp_path / "zxcvbn.whl"
    with zipfile.ZipFile(django, "w") as wheel:
        wheel.writestr("django/contrib/auth/common-passwords.txt.gz", gzip.compress(b"Hunter2\n\nletmein\n"))
    with zipfile.ZipFile(zxcvbn, "w") as wheel:
        wheel.writestr(
            "zxcvbn/frequency_lists.py", 'LISTS = {"a": "dragon,monkey".split(",")}\nraise SystemExit'
        )

    assert {"hunter2", "letmein", "dragon", "monkey"} <= words_of({"django": django, "zxcvbn": zxcvbn})
