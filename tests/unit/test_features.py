"""The registry of features is complete, and its page is current."""

import pytest

from zhike.know.features import FEATURES, archive_schema, features_page

AGAIN = (
    "make it again: .venv/bin/python -c \"from zhike.know.features import features_page; print(features_page(), end='')\""
    " > docs/reference/features.md"
)


def test_names_are_unique():
    names = [feature.name for feature in FEATURES]
    assert len(set(names)) == len(names) == len(archive_schema())


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_a_feature_says_all_of_itself(feature):
    texts = (feature.meaning.en, feature.meaning.zh_hans, feature.meaning.zh_hant)
    assert all(texts)
    assert len(set(texts)) == 3 or feature.meaning.zh_hans == feature.meaning.zh_hant
    assert feature.source
    assert feature.lag_days >= 0
    number = feature.dtype in ("int64", "int16", "float64", "money", "list of money")
    assert (feature.unit is not None) == number


def test_the_page_is_current(repository):
    assert (repository / "docs" / "reference" / "features.md").read_text("utf-8") == features_page(), AGAIN
