"""A worry written on a page leaves no trace there: not in the search box, not in the counts that anybody may read."""

from __future__ import annotations

import httpx

from tests.adapters.web.page import faults_of, page_of, words_of
from tests.adapters.web.schools import QUESTION, WORRY

POLICY = "/oak/policies/social-media"


def test_a_worry_typed_into_the_search_box_is_not_repeated_and_only_sure_rules_stand_below_it(web: httpx.Client) -> None:
    answer = web.get(POLICY, params={"q": WORRY})
    page = page_of(answer.text)
    assert faults_of(answer.text) == []
    assert page.xpath("//section[@class='urgent']")
    assert "xylocanary" not in answer.text
    assert not page.xpath("//section[@class='results']//blockquote")
    assert page.xpath("//section[@class='results']/@data-urgent")  # the script takes it out of the address
    searched = page_of(web.get(POLICY, params={"q": QUESTION}).text)
    assert searched.xpath("//input[@name='q']/@value") == [QUESTION]
    assert searched.xpath("//section[@class='results']//blockquote")
    assert "nearest" in words_of(searched.xpath("//section[@class='results']/h2")[0])


def test_nobody_can_read_off_the_counts_that_somebody_told_of_a_worry(web: httpx.Client) -> None:
    web.post("/oak/ask", data={"question": WORRY})
    web.post("/oak/ask", data={"question": QUESTION})
    counts = web.get("/metrics").text
    assert 'standing="answered"' in counts
    assert "urgent" not in counts
