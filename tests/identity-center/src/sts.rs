//! STS: `GetCallerIdentity` and `AssumeRole`, for requests whose signature is right.

use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp};

use crate::errors::{Service, escape, usual_status};
use crate::http::{Answer, Ask};
use crate::mint;
use crate::oidc::Answered;
use crate::portal::issue_keys;
use crate::sigv4::Authorization;
use crate::world::{Keys, World};

fn refuse(code: &str, message: &str) -> Answer {
    Service::Sts.error(usual_status(code), code, message)
}

fn forbidden(code: &str, message: &str) -> Answer {
    Service::Sts.error(403, code, message)
}

pub(crate) fn unknown_action(ask: &Ask) -> Answer {
    match ask.field("Action").or_else(|| ask.param("Action")) {
        None => refuse("MissingAction", "The request must contain the parameter Action"),
        Some(action) => refuse("InvalidAction", &format!("Could not find operation {action} for version 2011-06-15")),
    }
}

/// Whose keys signed this request, or why it is refused; checked in the order STS checks.
fn caller(world: &World, ask: &Ask) -> Result<Keys, Answer> {
    let header = ask.header("authorization");
    let header =
        header.ok_or_else(|| forbidden("MissingAuthenticationToken", "Request is missing Authentication Token"))?;
    let incomplete = |what: &str| refuse("IncompleteSignature", what);
    let authorization = Authorization::parse(header).ok_or_else(|| incomplete("Authorization header is malformed"))?;
    let time = ask.header("x-amz-date").ok_or_else(|| incomplete("Authorization header requires x-amz-date"))?;
    let token = ask.header("x-amz-security-token");
    let unknown = || refuse("InvalidClientTokenId", "The security token included in the request is invalid.");
    let keys = world.keys.get(authorization.access_key_id).ok_or_else(unknown)?;
    if keys.session_token.as_deref() != token {
        return Err(unknown());
    }
    if keys.expires.is_some_and(|expires| expires <= world.now()) {
        return Err(refuse("ExpiredToken", "The security token included in the request is expired"));
    }
    check_time(world.now(), time, authorization.date)?;
    let wrong = |what: &str| refuse("SignatureDoesNotMatch", what);
    if authorization.service != "sts" {
        return Err(wrong("Credential should be scoped to correct service: 'sts'. "));
    }
    let needed = ["host", "x-amz-date"].into_iter().chain(token.map(|_| "x-amz-security-token"));
    for name in needed {
        if !authorization.signed_headers.contains(&name) {
            return Err(wrong(&format!("'{name}' must be a signed header")));
        }
    }
    if authorization.expected(ask, &keys.secret_access_key, time) != authorization.signature {
        return Err(wrong(
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret \
             Access Key and signing method. Consult the service documentation for details.",
        ));
    }
    Ok(keys.clone())
}

/// At most 15 minutes off, and of the day that the scope names.
fn check_time(now: Timestamp, time: &str, date: &str) -> Result<(), Answer> {
    let signed = DateTime::strptime("%Y%m%dT%H%M%SZ", time).and_then(|at| jiff::tz::Offset::UTC.to_timestamp(at));
    let signed = signed.map_err(|_| refuse("IncompleteSignature", "Date must be in ISO-8601 'basic format'"))?;
    let shown = now.strftime("%Y%m%dT%H%M%SZ");
    let off = signed.duration_since(now);
    let most = SignedDuration::from_mins(15);
    if off < -most {
        let what = format!("Signature expired: {time} is now earlier than {shown} - 15 min.");
        return Err(refuse("SignatureDoesNotMatch", &what));
    }
    if off > most {
        let what = format!("Signature not yet current: {time} is still later than {shown} + 15 min.");
        return Err(refuse("SignatureDoesNotMatch", &what));
    }
    if !time.starts_with(date) {
        return Err(refuse("SignatureDoesNotMatch", "Date in Credential scope does not match the date of the request"));
    }
    Ok(())
}

pub(crate) fn get_caller_identity(world: &mut World, ask: &Ask) -> Answered {
    let keys = caller(world, ask)?;
    Ok(done(
        "GetCallerIdentity",
        &format!(
            "    <Arn>{}</Arn>\n    <UserId>{}</UserId>\n    <Account>{}</Account>\n",
            escape(&keys.arn),
            escape(&keys.user_id),
            escape(&keys.account)
        ),
    ))
}

pub(crate) fn assume_role(world: &mut World, ask: &Ask) -> Answered {
    let keys = caller(world, ask)?;
    let arn = ask.field("RoleArn").ok_or_else(|| invalid("roleArn", "Value is required"))?;
    let name = ask.field("RoleSessionName").unwrap_or_default();
    if !is_session_name(&name) {
        return Err(invalid("roleSessionName", "Member must satisfy regular expression pattern: [\\w+=,.@-]{2,64}"));
    }
    let duration = match ask.field("DurationSeconds") {
        None => 3600,
        Some(text) => text
            .parse::<u64>()
            .ok()
            .filter(|n| (900..=43200).contains(n))
            .ok_or_else(|| invalid("durationSeconds", "Member must have value between 900 and 43200"))?,
    };
    if keys.session_token.is_some() && duration > 3600 {
        let what = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining";
        return Err(refuse("ValidationError", what));
    }
    let denied = || {
        let what = format!("User: {} is not authorized to perform: sts:AssumeRole on resource: {arn}", keys.arn);
        refuse("AccessDenied", &what)
    };
    let (account, role) = parts_of(&arn).ok_or_else(|| invalid("roleArn", &format!("{arn} is invalid")))?;
    let trust = world.config.assumable.iter().find(|role| role.role_arn == arn).ok_or_else(denied)?;
    if trust.external_id.is_some() && trust.external_id != ask.field("ExternalId") {
        return Err(denied());
    }
    if let Some(serial) = &trust.mfa_serial {
        let code = ask.field("TokenCode").unwrap_or_default();
        if ask.field("SerialNumber").as_ref() != Some(serial) || code.is_empty() {
            return Err(denied());
        }
        if code.len() != 6 || code == "000000" || !code.bytes().all(|b| b.is_ascii_digit()) {
            let what = "MultiFactorAuthentication failed with invalid MFA one time pass code. ";
            return Err(refuse("AccessDenied", what));
        }
    }
    let assumed = format!("arn:aws:sts::{account}:assumed-role/{role}/{name}");
    let user_id = format!("{}:{name}", mint::unique_id("AROA", &arn));
    let (id, keys) = issue_keys(world, account.to_owned(), assumed, user_id, duration);
    Ok(done("AssumeRole", &shown_keys(&id, &keys)))
}

fn shown_keys(id: &str, keys: &Keys) -> String {
    let expires = keys.expires.map(|at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()).unwrap_or_default();
    format!(
        "    <AssumedRoleUser>\n      <AssumedRoleId>{}</AssumedRoleId>\n      <Arn>{}</Arn>\n    </AssumedRoleUser>\n    \
         <Credentials>\n      <AccessKeyId>{id}</AccessKeyId>\n      <SecretAccessKey>{}</SecretAccessKey>\n      \
         <SessionToken>{}</SessionToken>\n      <Expiration>{expires}</Expiration>\n    </Credentials>\n",
        escape(&keys.user_id),
        escape(&keys.arn),
        keys.secret_access_key,
        keys.session_token.as_deref().unwrap_or_default()
    )
}

fn invalid(field: &str, what: &str) -> Answer {
    refuse(
        "ValidationError",
        &format!("1 validation error detected: Value at '{field}' failed to satisfy constraint: {what}"),
    )
}

fn is_session_name(name: &str) -> bool {
    (2..=64).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_+=,.@-".contains(&b))
}

/// Account and role name of `arn:aws:iam::ACCOUNT:role/NAME`, in any partition, with or without a path.
fn parts_of(arn: &str) -> Option<(&str, &str)> {
    let mut parts = arn.splitn(6, ':');
    let (scheme, _, service, _) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let (account, role) = (parts.next()?, parts.next()?.strip_prefix("role/")?);
    (scheme == "arn" && service == "iam").then(|| (account, role.rsplit('/').next().unwrap_or(role)))
}

fn done(operation: &str, result: &str) -> Answer {
    let id = mint::request_id();
    let body = format!(
        "<{operation}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n  <{operation}Result>\n{result}  \
         </{operation}Result>\n  <ResponseMetadata>\n    <RequestId>{id}</RequestId>\n  </ResponseMetadata>\n\
         </{operation}Response>\n"
    );
    Answer::new(200, "text/xml", body).with("x-amzn-RequestId", id)
}
