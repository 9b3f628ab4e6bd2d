"""The page stands alone and escapes everything."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from harness.model.finding import Finding
from harness.model.result import Result
from harness.model.trace import Trace
from harness.report.page import page
from harness.report.text import render


def test_the_page_holds_the_report_and_loads_nothing(overwrite: Trace, finding_of: Callable[..., Finding], result_of: Callable[..., Result]) -> None:
    html = page(result_of("failed", finding_of("loss", "message 101 was lost", overwrite)))
    assert html.startswith("<!doctype html>")
    assert "http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"" in html
    assert 'name="viewport"' in html
    assert "prefers-color-scheme: dark" in html
    assert not re.search(r"<script|<link|<img|https?:|url\(|@import", html)
    assert "put(101) begins" in html
    assert '<span class="replay">harness replay naive.py h1:AAAA</span>' in html


def test_whatever_the_target_holds_is_text(scribe: Any, finding_of: Callable[..., Finding], result_of: Callable[..., Result]) -> None:
    trace = scribe(source={8: "        self.m = '<script>alert(1)</script>'"})
    trace.put("producer-1", "'</pre><b>'")
    trace.write("producer-1", 8, "Pipeline.m", "'<script>'")
    trace.read("consumer-1", 9, "Pipeline.m", "'<script>'")
    trace.write("producer-1", 8, "Pipeline.m", "'<script>'")
    html = page(result_of("failed", finding_of("loss", "<img src=x onerror=alert(1)>", trace.trace()), target='"><script>.py'))
    assert not re.search(r"<(script|img|b)\b", html)
    assert html.count("</pre>") == 1
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_the_page_says_what_the_text_says(overwrite: Trace, finding_of: Callable[..., Finding], result_of: Callable[..., Result]) -> None:
    result = result_of("failed", finding_of("loss", "message 101 was lost", overwrite))
    body = re.search(r"<pre[^>]*>(.*)</pre>", page(result), re.DOTALL)
    assert body is not None
    text = re.sub(r"<[^>]+>", "", body[1]).replace("&gt;", ">").replace("&#39;", "'")
    assert text == render(result, 100)
