"""Signatures, session tokens and role chains."""

import urllib.error
import urllib.request

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from client import ACCOUNT, REGION, ROLE, URL, client, control, refused, role_keys


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


def test_a_signature_for_another_service_is_refused():
    keys = role_keys()
    credentials = Credentials(keys["accessKeyId"], keys["secretAccessKey"], keys["sessionToken"])
    for service, status in (("sts", 200), ("iam", 403)):
        request = AWSRequest("POST", f"{URL}/", data="Action=GetCallerIdentity&Version=2011-06-15")
        SigV4Auth(credentials, service, REGION).add_auth(request)
        headers = {"Content-Type": "application/x-www-form-urlencoded", **dict(request.headers)}
        sent = urllib.request.Request(request.url, data=request.data.encode(), headers=headers)
        try:
            got = urllib.request.urlopen(sent, timeout=10).status
        except urllib.error.HTTPError as error:
            got = error.code
        assert got == status, (service, got)


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


def test_a_role_can_want_a_second_factor():
    wanted = {"RoleArn": "arn:aws:iam::444455556666:role/guarded", "RoleSessionName": "me"}
    sts = client("sts", {"accessKeyId": "AKIAIOSFODNN7EXAMPLE", "secretAccessKey": "k" * 40, "sessionToken": None})
    assert sts.get_caller_identity()["Arn"] == "arn:aws:iam::444455556666:user/dana"
    serial = "arn:aws:iam::444455556666:mfa/dana"
    refused("AccessDenied", 403, sts.assume_role, **wanted)
    for code in ("000000", "12345"):
        refused("AccessDenied", 403, sts.assume_role, SerialNumber=serial, TokenCode=code.ljust(6, "x"), **wanted)
    # With long-term keys this is no chain: more than an hour is allowed.
    assert sts.assume_role(SerialNumber=serial, TokenCode="123456", DurationSeconds=7200, **wanted)["Credentials"]
