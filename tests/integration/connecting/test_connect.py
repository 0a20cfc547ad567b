"""Connecting, as a person at a terminal does it, and as a script does."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import httpx

from bot import tokens
from bot.sandbox.running import RunningSandbox
from bot.square.network import SquareNetwork
from tests.integration.connecting.terminal import CTRL_C, converse
from tests.integration.service.command_line import Goodword

REVIEWS = "C0REVIEWS01"
OTHERS = "xoxb-999999999999-of-somebody-else"


def test_a_person_connects_slack(sandbox: RunningSandbox, environ: dict[str, str], home: Path) -> None:
    given = sandbox.workspace.settings
    status, shown = converse(
        ["connect", "slack"],
        environ,
        [
            ("Which", ""),
            ("installed", ""),
            ("Bot token", given.app_token),
            ("Bot token", OTHERS),
            ("Bot token", given.bot_token),
            ("App-level token", given.app_token),
            ("Channel", "nowhere"),
            ("Channel", "#reviews"),
        ],
    )
    assert status == 1  # the app lacks a scope, and that is left to do
    for words in ("it is an app-level token", "invalid_auth", "missing: users:read", "no channel “nowhere”"):
        assert words in " ".join(shown.split())
    assert max(map(len, shown.splitlines())) <= 80
    for secret in (given.bot_token, given.app_token, OTHERS):
        assert secret not in shown
        assert secret[-8:] not in shown
    kept = {"slack_bot_token": given.bot_token, "slack_app_token": given.app_token}
    assert tokens.read(home) == kept
    assert stat.S_IMODE(tokens.path(home).stat().st_mode) == 0o600
    assert not any(channel.messages for channel in sandbox.workspace.channels.values())


def test_ctrl_c_loses_nothing_and_the_next_time_enter_keeps_it(
    sandbox: RunningSandbox, environ: dict[str, str], home: Path
) -> None:
    given = sandbox.workspace.settings
    begin = [("Which", "http"), ("installed", "")]
    status, shown = converse(
        ["connect", "slack"], environ, [*begin, ("Bot token", given.bot_token), ("Signing secret", CTRL_C)]
    )
    assert status == 130
    assert shown.rstrip().splitlines()[-1].startswith("Stopped.")
    assert "Traceback" not in shown
    assert tokens.read(home) == {"slack_bot_token": given.bot_token}
    status, shown = converse(
        ["connect", "slack"],
        environ | {"GOODWORD_SLACK_CHANNEL": "reviews"},
        [*begin, ("Enter keeps", ""), ("Signing secret", given.signing_secret), ("Channel", REVIEWS)],
    )
    assert tokens.masked(given.bot_token) in shown
    assert "GOODWORD_SLACK_CHANNEL in the environment" in " ".join(shown.split())
    assert tokens.read(home) == {
        "slack_bot_token": given.bot_token,
        "slack_signing_secret": given.signing_secret,
        "slack_channel": REVIEWS,
    }


def test_a_script_connects_slack_from_its_environment(sandbox: RunningSandbox, goodword: Goodword, home: Path) -> None:
    given = sandbox.workspace.settings
    variables = {"slack_bot_token": given.bot_token, "slack_base_url": sandbox.api}
    half = goodword("connect", "slack", "--json", **variables)
    assert half.status == 1
    assert json.loads(half.out)["connected"] is False
    ran = goodword("connect", "slack", "--json", slack_app_token=given.app_token, **variables)
    report = json.loads(ran.out)
    assert {found["part"]: found["standing"] for found in report["findings"]} == {
        "Slack token": "ok",
        "Slack scopes": "wrong",
        "Slack socket": "ok",
        "Slack channel": "ok",
    }
    assert given.bot_token not in ran.out + ran.err
    assert given.app_token not in ran.out + ran.err
    assert tokens.read(home)["slack_app_token"] == given.app_token
    # from now on nothing has to be set
    assert "invalid_auth" not in goodword("connect", "slack", "--json", slack_base_url=sandbox.api).out


def test_what_slack_does_not_take_is_not_kept(sandbox: RunningSandbox, goodword: Goodword, home: Path) -> None:
    ran = goodword("connect", "slack", "--json", slack_bot_token=OTHERS, slack_base_url=sandbox.api)
    assert ran.status == 1
    assert json.loads(ran.out)["kept"] is None
    assert tokens.read(home) == {}
    away = goodword("connect", "slack", "--json", slack_bot_token=OTHERS, slack_base_url="http://127.0.0.1:9/api/")
    assert "cannot be reached" in json.loads(away.out)["findings"][0]["says"]
    assert OTHERS not in ran.out + ran.err + away.out + away.err


def test_nobody_at_a_terminal_is_told_how_a_script_does_it(goodword: Goodword) -> None:
    ran = goodword("connect", "slack")
    assert ran.status == 1
    assert "--json" in ran.told[-1]


def test_a_person_connects_mastodon(network: SquareNetwork, environ: dict[str, str], home: Path) -> None:
    status, shown = converse(
        ["connect", "mastodon"],
        environ,
        [
            ("Server", network.url),
            ("Access token", "nobody-knows-this-token"),
            ("Access token", network.brand_token),
        ],
    )
    assert status == 0
    assert "@holloway on 127.0.0.1" in shown
    assert f"{network.url}/settings/applications" in shown
    assert network.brand_token not in shown
    assert max(map(len, shown.splitlines())) <= 80
    assert tokens.read(home) == {"mastodon_url": network.url, "mastodon_token": network.brand_token}


def test_a_scope_that_mastodon_did_not_grant_is_named(network: SquareNetwork, goodword: Goodword, home: Path) -> None:
    with httpx.Client(base_url=network.url, trust_env=False) as http:
        out_of_band = {"redirect_uri": "urn:ietf:wg:oauth:2.0:oob"}
        form = {"client_name": "Goodword", "redirect_uris": out_of_band["redirect_uri"], "scopes": "read"}
        made = http.post("/api/v1/apps", data=form).raise_for_status().json()
        page = http.post("/oauth/authorize", data={**out_of_band, "username": network.brand.handle}).text
        code = page.split("Authorization code: ")[1].split("<")[0]
        form = {"client_id": made["client_id"], "grant_type": "authorization_code", "code": code}
        token = http.post("/oauth/token", data=form).raise_for_status().json()["access_token"]
    ran = goodword("connect", "mastodon", "--json", mastodon_url=network.url, mastodon_token=token)
    assert ran.status == 1
    found = {it["part"]: it for it in json.loads(ran.out)["findings"]}
    assert found["Mastodon scopes"]["says"] == "missing: write:statuses"
    assert token not in ran.out + ran.err
    assert tokens.read(home)["mastodon_token"] == token
