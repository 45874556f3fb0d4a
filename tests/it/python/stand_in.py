"""botocore, a client nobody here wrote, against the stand-in: URL and start URL are the arguments.

The stand-in holds 250 accounts, approves nothing by itself, and lets any signed-in role assume
arn:aws:iam::444455556666:role/deploy with the external id "blue".
"""

import base64
import hashlib
import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import botocore.session
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

URL, START_URL = sys.argv[1:3]
REGION = "us-east-1"
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
ACCOUNT, ROLE = "100000000001", "Role01"

SESSION = botocore.session.Session()


def client(service, keys=None, **config):
    signing = {} if keys else {"signature_version": UNSIGNED}
    settings = Config(retries={"total_max_attempts": 1}, **signing, **config)
    return SESSION.create_client(
        service,
        region_name=REGION,
        endpoint_url=URL,
        config=settings,
        aws_access_key_id=keys and keys["accessKeyId"],
        aws_secret_access_key=keys and keys["secretAccessKey"],
        aws_session_token=keys and keys["sessionToken"],
    )


OIDC = client("sso-oidc")
PORTAL = client("sso")


def control(name, body=None, method="POST"):
    data = None if method == "GET" else json.dumps(body or {}).encode()
    request = urllib.request.Request(f"{URL}/_control/{name}", data=data, method=method)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def refused(modelled, status, call, **arguments):
    """Calls, and wants this very exception and status; gives back the parsed error."""
    try:
        call(**arguments)
    except ClientError as error:
        metadata = error.response["ResponseMetadata"]
        assert error.response["Error"]["Code"] == modelled, (modelled, error)
        assert metadata["HTTPStatusCode"] == status, (status, error)
        assert metadata["RequestId"], error
        known = {shape.name for shape in error_shapes(call)}
        if modelled in known:
            assert type(error).__name__ == modelled, type(error)
        return error.response
    raise AssertionError(f"{modelled} was expected")


def error_shapes(call):
    model = call.__self__.meta.service_model
    name = call.__self__.meta.method_to_api_mapping[call.__name__]
    return model.operation_model(name).error_shapes


def register(**more):
    arguments = {"clientName": "test", "clientType": "public", "scopes": ["sso:account:access"], **more}
    registered = OIDC.register_client(**arguments)
    return {"clientId": registered["clientId"], "clientSecret": registered["clientSecret"]}


def register_for_codes():
    return register(
        grantTypes=["authorization_code", "refresh_token"],
        redirectUris=["http://127.0.0.1/oauth/callback"],
        issuerUrl=START_URL,
    )


def signed_in(who=None):
    """Tokens by the device flow."""
    who = who or register()
    started = OIDC.start_device_authorization(startUrl=START_URL, **who)
    control("approve", {"user_code": started["userCode"]})
    return OIDC.create_token(grantType=DEVICE, deviceCode=started["deviceCode"], **who), who


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def visit(url, **headers):
    """Status, headers and body of a page, redirects not followed."""
    opener = urllib.request.build_opener(NoRedirect)
    try:
        with opener.open(urllib.request.Request(url, headers=headers), timeout=10) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


# --- OIDC ------------------------------------------------------------------------------------------------------------


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


# --- The authorization page ------------------------------------------------------------------------------------------

REDIRECT = "http://127.0.0.1:54321/oauth/callback"
VERIFIER = "0123456789-._~" * 4


def page_of(who, **changes):
    challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code",
        "client_id": who["clientId"],
        "redirect_uri": REDIRECT,
        "state": "s t&te=1",
        "code_challenge_method": "S256",
        "scopes": "sso:account:access",
        "code_challenge": challenge,
        **changes,
    }
    return f"{URL}/authorize?{urllib.parse.urlencode(query)}"


def approved(who, **changes):
    """What the listener is sent when the page is approved at once."""
    control("approval", {"mode": "after", "after_ms": 0})
    try:
        status, headers, _ = visit(page_of(who, **changes))
    finally:
        control("approval", {"mode": "never"})
    assert status == 302, status
    to = urllib.parse.urlsplit(headers["Location"])
    assert f"{to.scheme}://{to.netloc}{to.path}" == changes.get("redirect_uri", REDIRECT), to
    return dict(urllib.parse.parse_qsl(to.query))


def by_code(who, code, **changes):
    arguments = {"redirectUri": REDIRECT, "codeVerifier": VERIFIER, **changes}
    return {"grantType": "authorization_code", "code": code, **arguments, **who}


def test_authorization_code_with_pkce():
    who = register_for_codes()
    sent = approved(who)
    assert sent["state"] == "s t&te=1" and set(sent) == {"code", "state"}, sent
    tokens = OIDC.create_token(**by_code(who, sent["code"]))
    assert PORTAL.list_accounts(accessToken=tokens["accessToken"])["accountList"] and tokens["refreshToken"]
    refused("InvalidGrantException", 400, OIDC.create_token, **by_code(who, sent["code"]))


def test_a_code_wants_its_verifier_redirect_and_client():
    who = register_for_codes()
    for changes in ({"codeVerifier": "x" * 64}, {"redirectUri": "http://127.0.0.1:54322/oauth/callback"}):
        code = approved(who)["code"]
        refused("InvalidGrantException", 400, OIDC.create_token, **by_code(who, code, **changes))
        # One guess is all there is.
        refused("InvalidGrantException", 400, OIDC.create_token, **by_code(who, code))
    other = register_for_codes()
    refused("InvalidGrantException", 400, OIDC.create_token, **by_code(other, approved(who)["code"]))
    refused("UnauthorizedClientException", 400, OIDC.create_token, **by_code(register(), "x"))


def test_a_wrong_page_sends_nobody_anywhere():
    who = register_for_codes()
    for changes in (
        {"client_id": "unknown"},
        {"redirect_uri": "http://127.0.0.1:54321/oauth/other"},
        {"redirect_uri": "http://localhost:54321/oauth/callback"},
        {"redirect_uri": "http://evil.example/oauth/callback"},
    ):
        status, headers, _ = visit(page_of(who, **changes))
        assert status == 400 and "Location" not in headers, changes


def test_errors_of_a_known_client_go_back_to_it():
    who = register_for_codes()
    for error, changes in (
        ("unsupported_response_type", {"response_type": "token"}),
        ("invalid_request", {"code_challenge_method": "plain"}),
        ("invalid_request", {"code_challenge": ""}),
        ("invalid_scope", {"scopes": "codewhisperer:completions"}),
    ):
        sent = approved(who, **changes)
        assert sent["error"] == error and sent["state"] == "s t&te=1" and "code" not in sent, sent


def test_pages_cannot_be_framed_or_driven_from_elsewhere():
    who = register_for_codes()
    control("approval", {"mode": "person"})
    try:
        status, headers, body = visit(page_of(who))
    finally:
        control("approval", {"mode": "never"})
    assert status == 200 and "Allow access" in body and "Deny access" in body
    assert headers["X-Frame-Options"] == "DENY" and "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert visit(page_of(who), **{"Sec-Fetch-Dest": "iframe"})[0] == 403
    ticket = body.split('value="')[1].split('"')[0]
    form = urllib.parse.urlencode({"ticket": ticket, "choice": "approve"}).encode()
    for headers in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        request = urllib.request.Request(f"{URL}/authorize", data=form, headers=headers)
        try:
            urllib.request.urlopen(request, timeout=10)
            raise AssertionError("it was accepted")
        except urllib.error.HTTPError as error:
            assert error.code == 403, error


# --- The portal ------------------------------------------------------------------------------------------------------


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


# --- STS -------------------------------------------------------------------------------------------------------------


def role_keys():
    token = signed_in()[0]["accessToken"]
    return PORTAL.get_role_credentials(accessToken=token, accountId=ACCOUNT, roleName=ROLE)["roleCredentials"]


def test_keys_of_a_role_sign_as_that_role():
    me = client("sts", role_keys()).get_caller_identity()
    assert me["Account"] == ACCOUNT
    start, _, user = me["Arn"].rpartition("/")
    assert start.startswith(f"arn:aws:sts::{ACCOUNT}:assumed-role/AWSReservedSSO_{ROLE}_"), me
    assert len(start.rpartition("_")[2]) == 16 and me["UserId"].endswith(f":{user}")
    assert me["ResponseMetadata"]["RequestId"] == me["ResponseMetadata"]["HTTPHeaders"]["x-amzn-requestid"]


def test_signatures_and_session_tokens_are_verified():
    keys = role_keys()
    for expected, changes in (
        ("SignatureDoesNotMatch", {"secretAccessKey": "x" * 40}),
        ("InvalidClientTokenId", {"accessKeyId": "ASIAAAAAAAAAAAAAAAAA"}),
        ("InvalidClientTokenId", {"sessionToken": keys["sessionToken"][:-4] + "AAA="}),
        ("InvalidClientTokenId", {"sessionToken": None}),
    ):
        refused(expected, 403, client("sts", {**keys, **changes}).get_caller_identity)
    refused("MissingAuthenticationToken", 403, client("sts").get_caller_identity)
    control("expire", {"what": "role_keys"})
    refused("ExpiredToken", 403, client("sts", keys).get_caller_identity)


def test_a_clock_that_is_off_is_refused():
    keys = role_keys()
    for offset in (1200, -1200):
        control("clock", {"offset_seconds": offset})
        try:
            refused("SignatureDoesNotMatch", 403, client("sts", keys).get_caller_identity)
        finally:
            control("clock", {"offset_seconds": 0})


def test_assume_role_chains():
    sts = client("sts", role_keys())
    wanted = {"RoleArn": "arn:aws:iam::444455556666:role/deploy", "RoleSessionName": "me@work", "ExternalId": "blue"}
    assumed = sts.assume_role(**wanted)
    keys = assumed["Credentials"]
    names = {"accessKeyId": "AccessKeyId", "secretAccessKey": "SecretAccessKey", "sessionToken": "SessionToken"}
    me = client("sts", {ours: keys[theirs] for ours, theirs in names.items()}).get_caller_identity()
    assert me["Arn"] == "arn:aws:sts::444455556666:assumed-role/deploy/me@work" == assumed["AssumedRoleUser"]["Arn"]
    refused("ValidationError", 400, sts.assume_role, **{**wanted, "DurationSeconds": 3601})
    refused("AccessDenied", 403, sts.assume_role, **{**wanted, "ExternalId": "red"})
    refused("AccessDenied", 403, sts.assume_role, **{**wanted, "RoleArn": "arn:aws:iam::444455556666:role/other"})


# --- The control API -------------------------------------------------------------------------------------------------


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


def main():
    tests = [(name, test) for name, test in globals().items() if name.startswith("test_")]
    for name, test in tests:
        print(name, flush=True)
        test()
    print(f"{len(tests)} passed")


main()
