"""Accounts, roles, keys of a role, signing out, and the log of it all."""

import time

import botocore.session
from botocore import UNSIGNED
from botocore.config import Config
from client import ACCOUNT, OIDC, PORTAL, REGION, ROLE, URL, control, refused, signed_in


def test_250_accounts_come_in_pages_of_at_most_100():
    token = signed_in()[0]["accessToken"]
    pages = list(PORTAL.get_paginator("list_accounts").paginate(accessToken=token, PaginationConfig={"PageSize": 100}))
    assert [len(page["accountList"]) for page in pages] == [100, 100, 50]
    ids = {account["accountId"] for page in pages for account in page["accountList"]}
    assert len(ids) == 250
    roles = PORTAL.get_paginator("list_account_roles").paginate(
        accessToken=token, accountId=ACCOUNT, PaginationConfig={"PageSize": 1}
    )
    assert [role["roleName"] for page in roles for role in page["roleList"]] == ["Role01", "Role02", "Role03"]


def test_page_sizes_and_tokens_are_checked():
    token = signed_in()[0]["accessToken"]
    unchecked = botocore.session.Session()
    portal = unchecked.create_client(
        "sso",
        region_name=REGION,
        endpoint_url=URL,
        config=Config(parameter_validation=False, signature_version=UNSIGNED),
    )
    for size in (0, 101):
        error = refused("InvalidRequestException", 400, portal.list_accounts, accessToken=token, maxResults=size)
        assert "1-100" in error["Error"]["Message"], error
    first = PORTAL.list_account_roles(accessToken=token, accountId=ACCOUNT, maxResults=1)["nextToken"]
    for foreign in ("nonsense", first):
        refused("InvalidRequestException", 400, PORTAL.list_accounts, accessToken=token, nextToken=foreign)


def test_role_credentials():
    token = signed_in()[0]["accessToken"]
    before = time.time()
    keys = PORTAL.get_role_credentials(accessToken=token, accountId=ACCOUNT, roleName=ROLE)["roleCredentials"]
    assert abs(keys["expiration"] / 1000 - before - 3600) < 60, "milliseconds since the epoch"
    assert keys["accessKeyId"].startswith("ASIA") and 800 <= len(keys["sessionToken"]) <= 1000


def test_portal_errors_are_the_modelled_ones():
    token = signed_in()[0]["accessToken"]
    wanted = {"accountId": ACCOUNT, "roleName": ROLE}
    ask = PORTAL.get_role_credentials
    error = refused("ForbiddenException", 403, ask, accessToken=token, accountId=ACCOUNT, roleName="Nobody")
    assert error["Error"]["Message"] == "No access", error
    refused("UnauthorizedException", 401, ask, accessToken="aoaNothing", **wanted)
    refused("InvalidRequestException", 400, ask, accessToken=token, accountId="12", roleName=ROLE)
    for modelled, status in (("TooManyRequestsException", 429), ("ResourceNotFoundException", 404)):
        control("faults", {"operation": "GetRoleCredentials", "times": 1, "error": modelled, "retry_after": 3})
        error = refused(modelled, status, ask, accessToken=token, **wanted)
        assert error["ResponseMetadata"]["HTTPHeaders"]["retry-after"] == "3"
    control("expire", {"what": "access_tokens"})
    refused("UnauthorizedException", 401, ask, accessToken=token, **wanted)


def test_logout_ends_the_session_with_its_refresh_token():
    tokens, who = signed_in()
    PORTAL.logout(accessToken=tokens["accessToken"])
    refused("UnauthorizedException", 401, PORTAL.logout, accessToken=tokens["accessToken"])
    refresh = {"grantType": "refresh_token", "refreshToken": tokens["refreshToken"], **who}
    refused("InvalidGrantException", 400, OIDC.create_token, **refresh)


def test_the_log_has_every_request_and_the_state_every_secret():
    control("log", method="DELETE")
    tokens, who = signed_in()
    keys = PORTAL.get_role_credentials(accessToken=tokens["accessToken"], accountId=ACCOUNT, roleName=ROLE)
    log = control("log", method="GET")
    assert log["counts"]["CreateToken"] == 1 and log["counts"]["GetRoleCredentials"] == 1, log["counts"]
    last = log["requests"][-1]
    assert (last["operation"], last["status"]) == ("GetRoleCredentials", 200), last
    assert ["x-amz-sso_bearer_token", tokens["accessToken"]] in last["headers"]
    known = {secret["value"] for secret in control("state", method="GET")["secrets"]}
    handed_out = {tokens["accessToken"], tokens["refreshToken"], who["clientSecret"]}
    handed_out |= {value for name, value in keys["roleCredentials"].items() if name != "expiration"}
    assert handed_out <= known
