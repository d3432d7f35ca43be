"""Two languages: every text in both, and the reader's own chosen by one rule."""

from __future__ import annotations

from string import Formatter
from types import SimpleNamespace

import pytest

from views.frame import framed
from views.language import COOKIE, accepted_language, label, language_of, text, texts

TEMPLATE = (
    '<!doctype html><html lang="en"><head><meta property="og:title" content="Gradio" />'
    '<title>Gradio</title><script src="https://cdn.invalid/x.js"></script></head>'
    "<body><main></main></body></html>"
)


def request(accept: str = "", cookie: str | None = None) -> SimpleNamespace:
    cookies = {COOKIE: cookie} if cookie else {}
    return SimpleNamespace(headers={"accept-language": accept}, cookies=cookies)


def test_every_text_exists_in_both_languages_with_the_same_values():
    """A text in one language alone, or with other {names} in it, would fail only on a page."""
    assert texts()
    for key, versions in texts().items():
        assert set(versions) == {"zh", "en"}, key
        names = [
            {part[1] for part in Formatter().parse(each) if part[1]} for each in versions.values()
        ]
        assert names[0] == names[1], key
        assert all(each.strip() for each in versions.values()), key


def test_text_is_found_by_view_and_key_and_an_unknown_one_fails():
    """A misspelt key fails at once rather than showing itself."""
    assert text("page.tab_chat", "zh") == "问答"
    assert text("page.tab_chat", "en") == "Ask"
    for look_up in (lambda key: text(key, "zh"), label):
        with pytest.raises(KeyError):
            look_up("page.no_such_text")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-GB,en;q=0.9", "en"),
        ("fr-FR,en;q=0.5", "en"),
        ("en;q=0.3, zh;q=0.7", "zh"),
        ("fr", "zh"),
        ("", "zh"),
        ("en;q=none,*;;", "zh"),
    ],
)
def test_browser_language_decides(header: str, language: str):
    """The first of the browser's languages that is ours; Chinese when none is."""
    assert accepted_language(header) == language


def test_the_switch_outweighs_the_browser():
    """What was chosen stays chosen; a forged cookie is as good as none."""
    assert language_of(request("en", "zh")) == "zh"
    assert language_of(request("zh", "en")) == "en"
    assert language_of(request("en", "<script>")) == "en"
    assert language_of(None) == "zh"


def test_gradio_template_loses_its_own_name_and_foreign_scripts():
    """The page says what it is, in the reader's language, and names no other host."""
    page = framed(TEMPLATE, "zh")
    assert '<html lang="zh-CN"><head><title>政策问答</title>' in page
    assert "Gradio" not in page
    assert "https:" not in page
    assert page.index("language.js") < page.index("app.css") < page.index("</body>")
    assert 'lang="en"' in framed(TEMPLATE, "en")
