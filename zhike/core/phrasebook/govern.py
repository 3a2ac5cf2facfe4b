"""What access, audit and retention refuse: English, then simplified and traditional Chinese."""

from __future__ import annotations

from typing import Final

__all__ = ["PHRASES"]

PHRASES: Final[dict[str, tuple[str, str]]] = {
    "a key that the digest before does not name": ("前一摘要未指明的密钥", "前一摘要未指明的金鑰"),
    "a key to follow that is none": ("后继密钥不合格", "後繼金鑰不合格"),
    "a name of the form {name}, without personal data": (
        "形如 {name} 且不含个人数据的名称",
        "形如 {name} 且不含個人資料的名稱",
    ),
    "a password of {count} characters": ("{count} 个字符的密码", "{count} 個字元的密碼"),
    "a password that contains its owner's name": ("密码含有使用者的名称", "密碼含有使用者的名稱"),
    "a private key of {count} bytes": ("{count} 字节的私钥", "{count} 位元組的私鑰"),
    "a public key of {count} bytes": ("{count} 字节的公钥", "{count} 位元組的公鑰"),
    "a salt of {count} bytes": ("{count} 字节的盐值", "{count} 位元組的鹽值"),
    "a stream called {stream!r}": ("名为 {stream!r} 的流", "名為 {stream!r} 的流"),
    "a time from 0 to {latest}, and the last entry of every stream once": (
        "0 至 {latest} 的时刻，以及每个流的最后一条各一次",
        "0 至 {latest} 的時刻，以及每個流的最後一筆各一次",
    ),
    "a verb of access.roles, or a family: {names}": (
        "access.roles 中的操作，或一类操作：{names}",
        "access.roles 中的操作，或一類操作：{names}",
    ),
    "a verb of {path}": ("{path} 中的操作", "{path} 中的操作"),
    "an audit entry of {found}": ("审计条目含有 {found}", "稽核條目含有 {found}"),
    "approved_by, another verb; hours, 1 or more; characters, 0 or more": (
        "approved_by 为另一操作；hours 不小于 1；characters 不小于 0",
        "approved_by 為另一操作；hours 不小於 1；characters 不小於 0",
    ),
    "at from 0 to {latest}, a numbered event, actor of the form {name}, body and subject as commitment() returns them": (
        "at 为 0 至 {latest}、有编号的 event、形如 {name} 的 actor，以及 commitment() 返回的 body 与 subject",
        "at 為 0 至 {latest}、有編號的 event、形如 {name} 的 actor，以及 commitment() 傳回的 body 與 subject",
    ),
    "at most {most_days} days_it_holds": (
        "days_it_holds 最多为 {most_days}",
        "days_it_holds 最多為 {most_days}",
    ),
    "at most {most_locked} locked_minutes, and most_characters no less than the least": (
        "locked_minutes 最多为 {most_locked}，且 most_characters 不小于最小值",
        "locked_minutes 最多為 {most_locked}，且 most_characters 不小於最小值",
    ),
    "heads to sign at {at}; twice: {twice}, without an entry: {empty}, missing or gone back: {back}": (
        "{at} 待签署的链首；重复：{twice}，没有条目：{empty}，缺失或倒退：{back}",
        "{at} 待簽署的鏈首；重複：{twice}，沒有條目：{empty}，缺失或倒退：{back}",
    ),
    "keys {raw}": ("键 {raw}", "鍵 {raw}"),
    "known forms and classes, ascending edges, 1 character or more, withheld revealing '-'": (
        "已知的形式与类别、递增的边界、至少 1 个字符，且 withheld 显示“-”",
        "已知的形式與類別、遞增的邊界、至少 1 個字元，且 withheld 顯示「-」",
    ),
    "one that does not": ("不含该名称的密码", "不含該名稱的密碼"),
    "scope '{unknown}'": ("范围“{unknown}”", "範圍「{unknown}」"),
    "the {key_bytes} of Ed25519": ("Ed25519 的 {key_bytes} 字节", "Ed25519 的 {key_bytes} 位元組"),
    "verb '{unknown}'": ("操作“{unknown}”", "操作「{unknown}」"),
    "whole numbers of 1 or more, and a role that is told": (
        "不小于 1 的整数，以及一个接收通知的角色",
        "不小於 1 的整數，以及一個接收通知的角色",
    ),
    "{key_bytes} bytes of another key": ("另一密钥的 {key_bytes} 字节", "另一金鑰的 {key_bytes} 位元組"),
    "{key_bytes} random bytes": ("{key_bytes} 个随机字节", "{key_bytes} 個隨機位元組"),
    "{least} to {most} characters": ("{least} 至 {most} 个字符", "{least} 至 {most} 個字元"),
    "{names}, kept by some of {names2}": (
        "{names}，并由 {names2} 之中的若干项保留",
        "{names}，並由 {names2} 之中的若干項保留",
    ),
    "{shortest_salt} bytes or more": ("不少于 {shortest_salt} 字节", "不少於 {shortest_salt} 位元組"),
}
