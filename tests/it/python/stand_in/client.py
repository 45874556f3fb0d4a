"""botocore clients of the stand-in, its control API, and what every test begins with."""

import json
import sys
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


def role_keys():
    token = signed_in()[0]["accessToken"]
    return PORTAL.get_role_credentials(accessToken=token, accountId=ACCOUNT, roleName=ROLE)["roleCredentials"]
