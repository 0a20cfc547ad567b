from __future__ import annotations

import pytest

from actions.language import language_of


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Wie hänge ich ein schweres Regal an eine Rigipswand?", "de"),
        ("Bonjour, comment percer du carrelage de salle de bain sans le fissurer ?", "fr"),
        ("Ładowarka miga na czerwono i akumulator się nie ładuje. Co robić?", "pl"),
        ("壁に棚を取り付けるにはどうすればいいですか", "ja"),
        ("Как просверлить плитку и не расколоть её?", "ru"),
    ],
)
def test_other_languages_are_recognised(text: str, code: str) -> None:
    assert language_of(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "How do I hang a shelf on plasterboard?",
        "it wont hold!! HELP",
        "H18 kaputt",
        "Adressbooks: how can I kill old adress-books?",
        "auto delete junk mail, how to setup",
        "https://holloway.example/hilfe/regal @noor 👍",
        "drill bit stuck in ze chuck lol",
        "",
    ],
)
def test_doubt_counts_as_english(text: str) -> None:
    assert language_of(text) == "en"
