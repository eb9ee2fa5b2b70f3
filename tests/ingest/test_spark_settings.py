"""The table `[spark]` of `bbaj.toml`: what it may say, and what is said of a mistake in it."""

from pathlib import Path

import pytest

from ingest.home import Home, SettingsError
from ingest.settings.spark import OURS, SparkSettings


def _home(root: Path, text: str) -> Home:
    (root / "bbaj.toml").write_text(text, encoding="utf-8")
    return Home(root)


def test_without_a_word_builds_run_on_the_first_engine_and_spark_on_this_machine(tmp_path: Path) -> None:
    settings = Home(tmp_path).settings

    assert (settings.engine, settings.spark) == ("duckdb", SparkSettings())
    assert settings.spark.is_local


@pytest.mark.parametrize(
    "master",
    ["local", "local[4]", "local[*]", "yarn", "spark://a.kz:7077,b:7077", "k8s://https://10.0.0.1:6443"],
)
def test_a_cluster_is_named_as_spark_names_it(tmp_path: Path, master: str) -> None:
    text = f'engine = "spark"\n[spark]\nmaster = "{master}"\nmemory = "16g"\n[spark.properties]\n'
    settings = _home(tmp_path, text + '"spark.executor.instances" = "8"\n').settings

    assert settings.engine == "spark"
    assert (settings.spark.master, settings.spark.memory) == (master, "16g")
    assert settings.spark.is_local == master.startswith("local")
    assert settings.spark.properties == {"spark.executor.instances": "8"}


def test_a_folder_of_a_disk_and_one_of_a_storage_are_both_places_for_a_cluster(tmp_path: Path) -> None:
    for said, taken in (("/mnt/b b/", "file:/mnt/b b"), ("s3a://bucket/build/", "s3a://bucket/build")):
        assert _home(tmp_path, f'[spark]\nstorage = "{said}"\n').settings.spark.storage == taken


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("engine = true", "engine"),
        ('engine = "trino"', "engine"),
        ("spark = 1", "spark"),
        ('[spark]\nmastr = "yarn"', "spark.mastr"),
        ('[spark]\nmaster = "http://a.kz"', "spark.master"),
        ('[spark]\nmaster = "local[2] --conf a=b"', "spark.master"),
        ("[spark]\nmemory = 4", "spark.memory"),
        ('[spark]\nmemory = "0g"', "spark.memory"),
        ('[spark]\nmemory = "4 GB"', "spark.memory"),
        ('[spark]\npython = ""', "spark.python"),
        ('[spark]\nstorage = "bucket"', "spark.storage"),
        ('[spark]\nstorage = "s3a://b/a[1]"', "spark.storage"),
        ('[spark]\nstorage = "/"', "spark.storage"),
        ("[spark]\nproperties = []", "spark.properties"),
        ('[spark.properties]\n"spark.executor.instances" = 8', "spark.properties.spark.executor.instances"),
        ('[spark.properties]\n"executor.instances" = "8"', "spark.properties.executor.instances"),
        *((f'[spark.properties]\n"{name}" = "x"', f"spark.properties.{name}") for name in OURS),
    ],
)
def test_what_cannot_be_followed_is_said_with_its_key_and_a_remedy(
    tmp_path: Path, text: str, key: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        _ = _home(tmp_path, text).settings

    assert caught.value.key == key
    for language in ("kk", "ru", "en"):
        assert "{" not in caught.value.text(language)
