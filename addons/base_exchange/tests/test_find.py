"""Which records are likely the same."""

from __future__ import annotations

import random
import time

from addons.base_exchange.services.duplicates.find import Candidate, Pair, find_pairs, groups_of


def pairs(*candidates: Candidate) -> dict[tuple[int, int], list[str]]:
    return {(pair.first, pair.second): pair.reasons for pair in find_pairs(candidates)}


def test_equal_names_and_keys_and_nearly_equal_names_are_pairs() -> None:
    found = pairs(
        Candidate(1, "青岛海科电子科技", [("phone", "13800000001")]),
        Candidate(2, "青岛海科电子技术", [("phone", "13800000001"), ("mail", "a@b.cn")]),
        Candidate(3, "上海明华", [("mail", "a@b.cn")]),
        Candidate(4, "上海明华"),
        Candidate(5, "acmeindustries"),
        Candidate(6, "acmeindustrise"),
        Candidate(7, ""),
        Candidate(8, ""),
    )
    assert found == {(1, 2): ["phone", "name"], (2, 3): ["mail"], (3, 4): ["name"], (5, 6): ["name"]}


def test_names_that_share_only_common_words_are_no_pairs() -> None:
    assert pairs(*(Candidate(number, f"青岛{chr(0x4E00 + number * 7)}科技") for number in range(200))) == {}


def test_a_key_of_very_many_records_makes_a_chain_and_not_all_pairs() -> None:
    assert len(pairs(*(Candidate(number, "", [("phone", "0532")]) for number in range(100)))) == 99


def test_ignored_pairs_part_a_group() -> None:
    chain = [Pair(1, 2, 100, ["name"]), Pair(2, 3, 100, ["name"]), Pair(4, 5, 90, ["name"])]
    assert [[pair.second for pair in group] for group in groups_of(chain, {})] == [[2, 3], [5]]
    assert [[pair.second for pair in group] for group in groups_of(chain, {(2, 3): 1})] == [[2], [5]]


def test_twenty_thousand_names_are_compared_in_a_time_that_grows_with_their_number() -> None:
    choose = random.Random(4)
    signs = "海洋天地金银明华兴盛昌隆安泰和平新大中东方南北星辰光宏远达利源丰瑞祥福康永正信诚德仁义"
    names = ["".join(choose.choice(signs) for _sign in range(8)) for _name in range(20_000)]
    started = time.process_time()
    found = find_pairs([Candidate(number, name) for number, name in enumerate([*names, f"{names[7][:-1]}龙"])])
    assert (7, 20_000) in {(pair.first, pair.second) for pair in found}
    assert time.process_time() - started < 30
