//! One `GetRoleCredentials` with the SDK alone: `role-credentials URL TOKEN ACCOUNT ROLE`.

use aws_sdk_sso::config::{BehaviorVersion, Region};
use aws_sdk_sso::{Client, Config};

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(&words[1])
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let request = Client::from_conf(config).get_role_credentials();
    let answer = request.access_token(&words[2]).account_id(&words[3]).role_name(&words[4]).send();
    assert!(runtime.block_on(answer).expect("an answer").role_credentials().is_some());
}
