//! Errors as each service words them: the type in a header, the rest in a body of the service's own shape.

use serde_json::json;

use crate::http::Answer;
use crate::mint;

/// Whose error it is, which decides its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    Oidc,
    Portal,
    Sts,
}

impl Service {
    pub(crate) fn of(operation: &str) -> Self {
        match operation {
            "RegisterClient"
            | "StartDeviceAuthorization"
            | "CreateToken"
            | "Authorize"
            | "AuthorizeDecision"
            | "DevicePage"
            | "DeviceDecision" => Self::Oidc,
            "GetCallerIdentity" | "AssumeRole" | "Sts" => Self::Sts,
            _ => Self::Portal,
        }
    }

    pub(crate) fn error(self, status: u16, kind: &str, message: &str) -> Answer {
        match self {
            Self::Oidc => oidc_error(status, kind, message),
            Self::Portal => portal_error(status, kind, message),
            Self::Sts => sts_error(status, kind, message),
        }
    }
}

/// The OAuth word is derived from the type: `AuthorizationPendingException` is `authorization_pending`.
fn oidc_error(status: u16, kind: &str, description: &str) -> Answer {
    let word = kind.strip_suffix("Exception").unwrap_or(kind);
    let mut snake = String::new();
    for (index, letter) in word.char_indices() {
        if letter.is_uppercase() && index > 0 {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    Answer::json(status, &json!({"error": snake, "error_description": description})).with("x-amzn-ErrorType", kind)
}

fn portal_error(status: u16, kind: &str, message: &str) -> Answer {
    let body = json!({"message": message, "__type": format!("com.amazonaws.switchboard.portal#{kind}")});
    Answer::json(status, &body).with("x-amzn-ErrorType", kind)
}

fn sts_error(status: u16, code: &str, message: &str) -> Answer {
    let at_fault = if status < 500 { "Sender" } else { "Receiver" };
    let id = mint::request_id();
    let body = format!(
        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n  <Error>\n    <Type>{at_fault}</Type>\n    \
         <Code>{}</Code>\n    <Message>{}</Message>\n  </Error>\n  <RequestId>{id}</RequestId>\n</ErrorResponse>\n",
        escape(code),
        escape(message)
    );
    Answer::new(status, "text/xml", body).with("x-amzn-RequestId", id)
}

/// For XML and HTML text and attributes.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// The status AWS sends with an error of this type.
pub(crate) fn usual_status(kind: &str) -> u16 {
    match kind {
        "UnauthorizedException" | "InvalidClientException" => 401,
        "ForbiddenException" | "AccessDenied" | "ExpiredToken" | "SignatureDoesNotMatch" | "InvalidClientTokenId" => {
            403
        }
        "ResourceNotFoundException" => 404,
        "TooManyRequestsException" => 429,
        "InternalServerException" | "InternalFailure" | "InternalServerError" => 500,
        "ServiceUnavailable" | "ServiceUnavailableException" => 503,
        _ => 400,
    }
}
