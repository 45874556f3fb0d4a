"""Registration, the device flow and refreshing."""

import time

from client import DEVICE, OIDC, PORTAL, START_URL, control, refused, register, register_for_codes, signed_in


def test_device_flow_goes_from_pending_to_tokens_once():
    who = register()
    started = OIDC.start_device_authorization(startUrl=START_URL, **who)
    assert started["interval"] == 1 and started["expiresIn"] == 600
    assert started["verificationUriComplete"].endswith(f"?user_code={started['userCode']}")
    poll = {"grantType": DEVICE, "deviceCode": started["deviceCode"], **who}
    error = refused("AuthorizationPendingException", 400, OIDC.create_token, **poll)
    assert error["error"] == "authorization_pending", error
    error = refused("SlowDownException", 400, OIDC.create_token, **poll)
    assert error["error"] == "slow_down", error
    control("approve", {"user_code": started["userCode"]})
    time.sleep(started["interval"])
    tokens = OIDC.create_token(**poll)
    assert tokens["tokenType"] == "Bearer" and tokens["expiresIn"] == 8 * 3600
    assert tokens["accessToken"].startswith("aoa") and tokens["refreshToken"].startswith("aor")
    refused("InvalidGrantException", 400, OIDC.create_token, **poll)


def test_device_codes_expire_and_can_be_denied():
    who = register()
    denied, expired = (OIDC.start_device_authorization(startUrl=START_URL, **who) for _ in range(2))
    control("deny", {"user_code": denied["userCode"]})
    refused("AccessDeniedException", 400, OIDC.create_token, grantType=DEVICE, deviceCode=denied["deviceCode"], **who)
    control("expire", {"what": "device_codes"})
    refused("ExpiredTokenException", 400, OIDC.create_token, grantType=DEVICE, deviceCode=expired["deviceCode"], **who)
    other = register()
    live = OIDC.start_device_authorization(startUrl=START_URL, **who)
    refused("InvalidGrantException", 400, OIDC.create_token, grantType=DEVICE, deviceCode=live["deviceCode"], **other)


def test_registration_is_checked():
    refused("InvalidClientMetadataException", 400, OIDC.register_client, clientName="x", clientType="odd")
    cases = [
        ("InvalidScopeException", {"scopes": ["no such scope"]}),
        ("UnsupportedGrantTypeException", {"grantTypes": ["password"]}),
        ("InvalidRedirectUriException", {"redirectUris": ["http://evil.example/oauth/callback"]}),
        ("InvalidRedirectUriException", {"redirectUris": ["https://127.0.0.1/oauth/callback"]}),
        ("InvalidRedirectUriException", {"redirectUris": ["http://127.0.0.1:8080/oauth/callback"]}),
        ("InvalidRequestException", {"issuerUrl": "https://unknown.awsapps.com/start"}),
        ("InvalidRequestException", {"grantTypes": ["authorization_code"]}),
    ]
    for expected, more in cases:
        refused(expected, 400, OIDC.register_client, clientName="x", clientType="public", **more)


def test_clients_are_checked():
    who = register()
    wrong = {**who, "clientSecret": who["clientSecret"][:-1] + "!"}
    refused("InvalidClientException", 401, OIDC.start_device_authorization, startUrl=START_URL, **wrong)
    start = OIDC.start_device_authorization
    refused("InvalidRequestException", 400, start, startUrl="https://unknown.awsapps.com/start", **who)
    refused("UnauthorizedClientException", 400, start, startUrl=START_URL, **register_for_codes())
    refused("UnsupportedGrantTypeException", 400, OIDC.create_token, grantType="password", **who)
    control("expire", {"what": "registrations"})
    refused("InvalidClientException", 401, start, startUrl=START_URL, **who)


def test_refresh_tokens_rotate():
    tokens, who = signed_in()
    refresh = {"grantType": "refresh_token", **who}
    second = OIDC.create_token(refreshToken=tokens["refreshToken"], **refresh)
    assert second["refreshToken"] != tokens["refreshToken"] and second["accessToken"] != tokens["accessToken"]
    refused("InvalidGrantException", 400, OIDC.create_token, refreshToken=tokens["refreshToken"], **refresh)
    other = {"grantType": "refresh_token", **register()}
    refused("InvalidGrantException", 400, OIDC.create_token, refreshToken=second["refreshToken"], **other)
    # The access token from before lives on.
    for known in (tokens, second):
        assert PORTAL.list_accounts(accessToken=known["accessToken"])["accountList"]


def test_without_the_account_scope_there_is_no_refresh_token():
    tokens, _ = signed_in(register(scopes=["openid"]))
    assert "refreshToken" not in tokens, tokens
