"""The page: a masthead and one tab for each view.

In: a function that gives the assistant once it is loaded. Out: a `gr.Blocks` to mount with
`THEME` and `views.language.translations()`. Import only after the GRADIO_* variables are set.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import gradio as gr

from views.admin import build_admin
from views.chat import build_chat
from views.language import CHINESE, label, text
from views.library import build_library

if TYPE_CHECKING:
    from assistant import PolicyAssistant

FONTS = ("PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "system-ui", "sans-serif")
THEME = gr.themes.Base(
    primary_hue="blue",
    neutral_hue="slate",
    font=FONTS,
    font_mono=("Consolas", "monospace"),
)


def build_page(get_assistant: Callable[[], PolicyAssistant], admin: bool = False) -> gr.Blocks:
    """The page, with its third tab if there is an `admin`.

    `get_assistant` may take long and may raise PolicyError.
    """
    with gr.Blocks(
        title=text("page.title", CHINESE), analytics_enabled=False, fill_width=True
    ) as page:
        masthead = gr.Markdown(elem_id="masthead")
        with gr.Tabs(elem_id="views"):
            with gr.Tab(label("page.tab_chat"), id="chat"):
                build_chat(get_assistant, masthead)
            with gr.Tab(label("page.tab_library"), id="library"):
                build_library()
            if admin:
                with gr.Tab(label("page.tab_admin"), id="admin"):
                    build_admin()
    return page
