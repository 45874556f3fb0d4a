"""The authorization page, and the codes it gives."""

import base64
import hashlib
import urllib.error
import urllib.parse
import urllib.request

from client import OIDC, PORTAL, URL, control, refused, register, register_for_codes


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def visit(url, form=None, **headers):
    """Status, headers and body of a page, redirects not followed."""
    opener = urllib.request.build_opener(NoRedirect)
    try:
        with opener.open(urllib.request.Request(url, data=form, headers=headers), timeout=10) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


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
    for headers in ({"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        assert visit(f"{URL}/authorize", form, **headers)[0] == 403, headers
    # A browser names no origin on a page without a referrer, only that it is the same.
    assert visit(f"{URL}/authorize", form, **{"Origin": "null", "Sec-Fetch-Site": "same-origin"})[0] == 302
    # A decision is made once.
    assert visit(f"{URL}/authorize", form, Origin=URL)[0] == 400
