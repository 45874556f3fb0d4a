"""Writes field.json: config files as tools write them and as people keep them, from what is reported to the makers of the
AWS CLI, the SDKs, granted, aws-vault, aws-sso-util, saml2aws and others. Nothing is copied; all names are made up.

    python3 tests/corpus/config/field.py

Each file comes in several layouts, of which each alone changes nothing that a reader should see, but for the oddities named
(differences.md says which reader takes which differently).
"""

import json
import pathlib

SESSION = """[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-central-1
sso_registration_scopes = sso:account:access
"""

# name: (oddities, config, credentials)
FILES = {
    "cli-configure-sso": (
        [],
        "[profile AdministratorAccess-111122223333]\nsso_session = corp\nsso_account_id = 111122223333\n"
        "sso_role_name = AdministratorAccess\nregion = us-west-2\noutput = json\n" + SESSION,
        "",
    ),
    "cli-configure-sso-hash": (
        [],
        "[profile prd]\nsso_session = prd\nsso_account_id = 111122223333\nsso_role_name = ReadOnly\nregion = ap-northeast-1\n"
        "[sso-session prd]\nsso_start_url = https://d-9067abcdef.awsapps.com/start/#\nsso_region = us-east-1\n"
        "sso_registration_scopes = sso:account:access\n",
        "",
    ),
    "cli-configure-sso-legacy": (
        [],
        "[default]\nsso_start_url = https://old.awsapps.com/start#/\nsso_region = us-east-1\nsso_account_id = 111122223333\n"
        "sso_role_name = PowerUserAccess\nregion = us-east-1\noutput = yaml\n",
        "",
    ),
    "cli-configure": ([], "[default]\nregion = us-east-2\noutput = json\n", "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = c2VjcmV0/+=\n"),
    "cli-s3-settings": (
        [],
        "[profile big]\nregion = us-east-1\ns3 =\n  max_concurrent_requests = 20\n  max_queue_size = 10000\n"
        "  multipart_threshold = 64MB\n  use_accelerate_endpoint = true\n  addressing_style = path\noutput = text\n",
        "",
    ),
    "cli-s3-on-one-line": ([], "[default]\noutput = json\nregion = ap-southeast-2\ns3 = signature_version = s3v4\n", ""),
    "cli-s3-lost-its-indent": ([], "[default]\nregion = us-east-1\ns3 =\nsignature_version = s3v4\n", ""),
    "cli-pager-off": ([], "[profile dev]\ncli_pager=\nregion = us-east-2\n", ""),
    "cli-history-and-aliases": ([], "[plugins]\nendpoint = awscli_plugin_endpoint\n[preview]\ncloudfront = true\n[default]\ncli_history = enabled\ncli_auto_prompt = on-partial\nregion = eu-west-3\n", ""),
    "cli-two-sessions": (
        [],
        SESSION + "[sso-session partner]\nsso_start_url = https://partner.awsapps.com/start\nsso_region = us-east-1\n"
        "[profile a]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = R\n"
        "[profile b]\nsso_session = partner\nsso_account_id = 444455556666\nsso_role_name = R\n",
        "",
    ),
    "cli-session-only": ([], SESSION + "[profile token]\nsso_session = corp\nregion = us-east-1\n", ""),
    "cli-session-scopes": ([], "[sso-session q]\nsso_start_url = https://q.awsapps.com/start\nsso_region = us-east-1\nsso_registration_scopes = sso:account:access, codewhisperer:completions,codewhisperer:analysis\n", ""),
    "cli-gov": ([], "[profile gov]\nsso_start_url = https://start.us-gov-home.awsapps.com/directory/corp\nsso_region = us-gov-west-1\nsso_account_id = 111122223333\nsso_role_name = R\nregion = us-gov-east-1\nuse_fips_endpoint = true\n", ""),
    "cli-china": ([], "[profile cn]\nsso_start_url = https://start.home.awsapps.cn/directory/d-1\nsso_region = cn-north-1\nsso_account_id = 111122223333\nsso_role_name = R\nregion = cn-northwest-1\n", ""),
    "cli-role-chain": ([], "[default]\nregion = us-east-1\n[profile role]\nrole_arn= arn:aws:iam::123456789012:role/TheRole\nsource_profile = default\nrole_session_name = me\nduration_seconds = 43200\n", "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = c2VjcmV0/+=\n"),
    "cli-role-mfa": ([], "[profile mfa]\nrole_arn = arn:aws:iam::111122223333:role/x\nsource_profile = base\nmfa_serial = arn:aws:iam::444455556666:mfa/me\nexternal_id = a=b\n[profile base]\naws_access_key_id = AKIABASE\naws_secret_access_key = c2VjcmV0/+=\n", ""),
    "cli-role-over-sso": ([], SESSION + "[profile hub]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Hub\n[profile spoke]\nrole_arn = arn:aws:iam::444455556666:role/Spoke\nsource_profile = hub\nregion = us-east-1\n", ""),
    "cli-web-identity": ([], "[profile ci]\nrole_arn = arn:aws:iam::111122223333:role/ci\nweb_identity_token_file = /var/run/secrets/token\nrole_session_name = ci\n", ""),
    "ec2-metadata": ([], "[default]\nregion = us-east-1\n[profile host]\nrole_arn = arn:aws:iam::111122223333:role/h\ncredential_source = Ec2InstanceMetadata\n", ""),
    "ecs-container": ([], "[profile task]\nrole_arn = arn:aws:iam::111122223333:role/t\ncredential_source = EcsContainer\nregion = us-east-1\n", ""),
    "services-local": ([], "[profile local]\nregion = us-east-1\nservices = localstack\n[services localstack]\ndynamodb =\n  endpoint_url = http://localhost:8000\ns3 =\n  endpoint_url = http://localhost:4566\n  addressing_style = path\nsts =\n  endpoint_url = http://localhost:4566\n", "[local]\naws_access_key_id = test\naws_secret_access_key = test\n"),
    "minio": (["plain_endpoint"], "[profile minio]\nregion = us-east-1\nendpoint_url = https://minio.corp.test:9000\n", "[minio]\naws_access_key_id = minio\naws_secret_access_key = minio123\n"),
    "granted-populated": ([], "[profile Audit/AWSPowerUserAccess]\ngranted_sso_start_url      = https://d-1.awsapps.com/start\ngranted_sso_region         = us-east-1\ngranted_sso_account_id     = 111122223333\ngranted_sso_role_name      = AWSPowerUserAccess\ncommon_fate_generated_from = aws-sso\ncredential_process         = granted credential-process --profile Audit/AWSPowerUserAccess\n", ""),
    "granted-commented-out": ([], "; [profile Audit/AWSPowerUserAccess]\n; granted_sso_region         = us-east-1\n[profile Audit/ReadOnly]\ngranted_sso_region = us-east-1\nregion = us-east-1\n", ""),
    "granted-registry": ([], "[granted_registry_start https://git.corp.test/aws.git]\n; This content is managed by a tool. Do not edit it by hand.\n[profile corp.dev]\nregion = us-east-1\n[granted_registry_end https://git.corp.test/aws.git]\n", ""),
    "granted-color": ([], SESSION + "[profile dev]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = R\ngranted_color = red\n", ""),
    "aws-vault-include": ([], "[profile include]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\nregion = eu-west-1\n[profile dev]\ninclude_profile = include\nsso_account_id = 123456789012\nsso_role_name = Reader\n", ""),
    "aws-vault-process": ([], "[profile home]\ncredential_process = /usr/local/bin/aws-vault export --format=json home\nregion = us-east-1\n", ""),
    "aws-vault-parent": ([], "[profile root]\nmfa_serial=arn:aws:iam::123456789012:mfa/me\nregion=eu-west-1\n[profile order-dev]\nsource_profile = root\nparent_profile = root\nrole_arn=arn:aws:iam::123456789012:role/developers\n", ""),
    "aws-sso-util": ([], "[profile Prod.Admin]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = us-east-1\nsso_account_name = Prod\nsso_account_id = 111122223333\nsso_role_name = Admin\nregion = us-east-1\ncredential_process = aws-sso-util credential-process --profile Prod.Admin\nsso_auto_populated = true\n", ""),
    "aws-sso-cli": ([], "# BEGIN_AWS_SSO_CLI\n\n[profile 000011112222:AWSAdministratorAccess]\ncredential_process = /opt/homebrew/bin/aws-sso -u open -S \"Default\" process --arn arn:aws:iam::000011112222:role/AWSAdministratorAccess\n\n# END_AWS_SSO_CLI\n", ""),
    "saml2aws": ([], "[profile saml]\nregion = us-east-1\n", "[saml]\naws_access_key_id        = ASIASAML\naws_secret_access_key    = c2VjcmV0/+=\naws_session_token        = dG9rZW4=\naws_security_token       = dG9rZW4=\nx_principal_arn          = arn:aws:sts::111122223333:assumed-role/R/me\nx_security_token_expires = 2026-01-01T00:00:00+01:00\n"),
    "gimme-aws-creds": ([], "", "[okta-dev]\naws_access_key_id = ASIAOKTA\naws_secret_access_key = c2VjcmV0/+=\naws_session_token = dG9rZW4=\naws_security_token = dG9rZW4=\nx_security_token_expires = 1767225600\n"),
    "okta-aws-cli": ([], "[profile okta]\nregion = us-east-1\ncredential_process = okta-aws-cli web --oidc-client-id 0oa --aws-iam-idp arn:aws:iam::111122223333:saml-provider/okta --format process-credentials\n", ""),
    "azure-login": ([], "[profile wes-prod]\nazure_tenant_id=00000000-0000-0000-0000-000000000000\nazure_app_id_uri=https://signin.aws.amazon.com/saml#1\nazure_default_username=user@corp.test\nazure_default_role_arn=\nazure_default_duration_hours=5\nazure_default_remember_me=true\nregion=us-east-1\n", ""),
    "leapp": ([], "", "[leapp-dev]\naws_access_key_id=ASIALEAPP\naws_secret_access_key=c2VjcmV0/+=\naws_session_token=dG9rZW4=\nregion=eu-west-1\n"),
    "awsume": ([], "", "[autoawsume-dev]\nautoawsume = True\nexpiration = 2026-01-01 00:00:00\naws_access_key_id = ASIAAWSUME\naws_secret_access_key = c2VjcmV0/+=\naws_session_token = dG9rZW4=\nmanager = awsume\n"),
    "aws-mfa": ([], "", "[work-long-term]\naws_access_key_id = AKIALONG\naws_secret_access_key = c2VjcmV0/+=\n[work]\nassumed_role = False\naws_access_key_id = ASIAWORK\naws_secret_access_key = c2VjcmV0/+=\naws_session_token = dG9rZW4=\nexpiration = 2026-01-01 00:00:00\n"),
    "extend-switch-roles": ([], "[organization]\naws_account_id = your-account-alias\n[profile stg]\nrole_arn = arn:aws:iam::111122223333:role/r\nsource_profile = organization\ncolor = ffaaee\nimage = \"https://corp.test/x.png\"\n", ""),
    "steampipe": ([], "[profile sp_111122223333]\nrole_arn = arn:aws:iam::111122223333:role/audit\nsource_profile = sp\nrole_session_name = steampipe\n[profile sp]\nregion = us-east-1\naws_access_key_id = AKIASP\naws_secret_access_key = c2VjcmV0/+=\n", ""),
    "terraform-backend": ([], "[profile tf]\nregion = eu-west-1\n", "[terraforms3backend]\naws_access_key_id = AKIATF\naws_secret_access_key = c2VjcmV0/+=\n"),
    "control-tower-names": (["spaces_in_name"], SESSION + "[profile Log archive]\nsso_session = corp\nregion = us-east-1\n[profile AWSReservedSSO_Admin_0123456789abcdef]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = AWSAdministratorAccess\n", ""),
    "email-as-name": ([], "[profile me@corp.test]\nregion = us-east-1\n[profile me+aws@corp.test]\nregion = us-east-2\n", ""),
    "colon-in-name": ([], "[profile 111122223333:Admin]\nregion = us-east-1\n[profile team:dev/ro]\nregion = us-east-1\n", ""),
    "legacy-token": ([], "", "[old]\naws_access_key_id = ASIAOLD\naws_secret_access_key = c2VjcmV0/+=\naws_security_token = dG9rZW4=\n"),
    "retry-and-defaults": ([], "[default]\nretry_mode = standard\nmax_attempts = 10\ndefaults_mode = in-region\nsts_regional_endpoints = regional\nec2_metadata_service_endpoint_mode = IPv6\nparameter_validation = false\ntcp_keepalive = true\nca_bundle = /etc/ssl/corp.pem\nregion = us-east-1\n", ""),
    "console-login": ([], "[profile me]\nlogin_session = arn:aws:iam::111122223333:user/me\nregion = us-east-1\n", ""),
    "pasted-twice": (["section_twice"], "[profile test]\nregion = eu-central-1\noutput = json\n[profile test]\nregion = eu-central-1\noutput = json\n", ""),
    "key-pasted-twice": (["key_twice"], "[profile a]\nregion = us-east-1\n", "[terraforms3backend]\naws_access_key_id = AKIAONE\naws_access_key_id = AKIATWO\naws_secret_access_key = c2VjcmV0/+=\n"),
    "keys-without-a-section": (["line_before_sections"], "[profile a]\nregion = us-east-1\n", "aws_access_key_id=ASIALOST\n[default]\naws_access_key_id=ASIAKEPT\naws_secret_access_key=c2VjcmV0/+=\n"),
    "indented-by-four": (["first_key_indented"], "[profile deep]\n    region = us-east-1\n    credential_process = /opt/tool --json\n[profile next]\n    region = us-east-2\n", ""),
    "indented-by-one": (["first_key_indented"], "[profile deep]\n region = us-east-1\n output = json\n", ""),
    "note-behind-a-header": (["garbage_after_header"], "[profile two] /* s3://path/to/bucket */\nregion = us-east-1\n[profile three]\nregion = us-east-2\n", ""),
    "defaults-for-all": (["inherited_keys"], "[DEFAULT]\noutput = json\n[profile test-build]\nregion = eu-west-1\nsso_start_url = https://test.awsapps.com/start/\nsso_region = eu-west-1\nsso_account_id = 111122223333\nsso_role_name = R\n", ""),
    "default-both-ways": ([], "[default]\noutput=json\nregion=us-west-2\n[profile default]\noutput=json\nregion=us-west-2\n", ""),
    "no-prefix": ([], "[default]\nregion = us-east-1\n[account1]\nrole_arn = arn:aws:iam::111122223333:role/x\nsource_profile = default\n", ""),
    "quoted-names": (["quoted_name"], "[profile \"my dev\"]\nregion = us-east-1\n", ""),
    "left-by-a-merge": (["junk_line"], "[profile a]\nregion = us-east-1\n<<<<<<< HEAD\noutput = json\n", ""),
    "line-without-a-value": (["junk_line"], "[profile a]\nregion = us-east-1\nsso_session\noutput = json\n", ""),
    "note-behind-a-value": (["comment_in_value"], "[profile a]\nregion = us-east-1\noutput = json # for jq\n", ""),
    "as-yaml": (["colon_delimiter"], "[profile a]\nregion: us-east-1\noutput: json\n", ""),
    "saved-by-notepad": (["byte_order_mark"], "\ufeff[profile a]\nregion = us-east-1\n", ""),
    "quotes-around-values": (["quoted_value"], "[profile a]\nregion = \"us-east-1\"\nrole_arn = 'arn:aws:iam::111122223333:role/x'\ncredential_source = Environment\n", ""),
    "backticks": ([], "[profile a]\ngranted_sso_start_url = `https://d-1.awsapps.com/start`\nregion = us-east-1\n", ""),
    "windows-paths": ([], "[profile a]\ncredential_process = \"C:\\Program Files\\tool\\tool.exe\" --name \"a b\"\nca_bundle = C:\\certs\\corp.pem\nregion = us-east-1\n", ""),
    "percent-and-dollar": ([], "[profile a]\ncredential_process = sh -c 'echo %s $HOME $(x)'\nregion = us-east-1\n", ""),
    "umlauts": (["foreign_name"], "[profile größe]\nregion = eu-central-1\n", ""),
    "banner-of-comments": ([], "################################\n#  Managed by IT. Do not edit  #\n################################\n; vim: ft=dosini\n[profile it]\nregion = us-east-1\n# [profile gone]\n#region = us-east-2\n", ""),
}


def with_line_ends(text):
    return text.replace("\n", "\r\n")


def without_last(text):
    return text.rstrip("\n")


def airy(text):
    return text.replace("\n[", "\n\n\n[")


def behind_blanks(text):
    return "".join(line + "   \n" if line else "\n" for line in text.splitlines())


def tabbed(text):
    lines = (line if line.startswith(("[", " ", "#", ";")) else line.replace(" = ", "\t=\t", 1) for line in text.splitlines())
    return "".join(line + "\n" for line in lines)


def tight(text):
    lines = (line if line.startswith(("[", "#", ";")) else line.replace(" = ", "=", 1) for line in text.splitlines())
    return "".join(line + "\n" for line in lines)


def spaced_headers(text):
    return text.replace("[profile ", "[profile   ").replace("[sso-session ", "[sso-session\t")


def commented(text):
    return "# begin\n" + text.replace("\n[", "\n; next = [not a section]\n[") + "#end\n" if text else text


def reversed_sections(text):
    first, *rest = ("\n" + text).split("\n[")
    return first.lstrip("\n") + ("\n" if first.strip() else "") + "".join("[" + part.rstrip("\n") + "\n" for part in reversed(rest))


LAYOUTS = {
    "as-is": (str, []),
    "crlf": (with_line_ends, []),
    "no-last-newline": (without_last, []),
    "airy": (airy, []),
    "trailing-blanks": (behind_blanks, []),
    "tabs": (tabbed, []),
    "tight": (tight, []),
    "spaced-headers": (spaced_headers, []),
    "commented": (commented, []),
    "reversed": (reversed_sections, []),
}


def main():
    cases = []
    for name, (odd, config, credentials) in FILES.items():
        texts = set()
        for layout, (lay_out, more) in LAYOUTS.items():
            text = (lay_out(config), lay_out(credentials))
            # A layout that changes nothing of a file is no case of its own.
            if text in texts:
                continue
            texts.add(text)
            cases.append({"name": f"field-{name}-{layout}", "oddities": odd + more, "config": text[0], "credentials": text[1]})
    path = pathlib.Path(__file__).with_name("field.json")
    path.write_text(json.dumps(cases, indent=1, ensure_ascii=True) + "\n")
    print(len(cases), "cases")


main()
