"""What a person reads when something of ours broke."""

from typing import NoReturn

import pytest
from django.http import HttpRequest
from django.test import Client
from django.urls import path

from kinline.config import urls
from kinline.doors import faults


def breaks(request: HttpRequest) -> NoReturn:
    raise RuntimeError("a fault of ours, with a secret of Odette's in it")


urlpatterns = [path("breaks/", breaks), *urls.urlpatterns]
handler404, handler500 = urls.handler404, urls.handler500

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def stranger() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Something broke on our side"), ("es", "Algo falló de nuestro lado")],
    ids=["en", "es"],
)
def test_it_says_whose_fault_it_is_and_nothing_of_what_broke(
    stranger: Client, language: str, words: str
) -> None:
    answer = stranger.get("/breaks/", headers={"Accept-Language": language})
    page = answer.content.decode()
    assert answer.status_code == 500
    assert words in page
    assert "secret" not in page
    assert "RuntimeError" not in page


def test_a_script_gets_a_code(stranger: Client) -> None:
    answer = stranger.get("/breaks/", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()) == (500, {"code": "our_fault"})


def test_where_no_page_can_be_drawn_plain_words_come(
    stranger: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faults, "render", breaks)
    answer = stranger.get("/breaks/")
    assert (answer.status_code, answer["Content-Type"]) == (500, "text/plain; charset=utf-8")
    assert "It is not your fault" in answer.content.decode()
