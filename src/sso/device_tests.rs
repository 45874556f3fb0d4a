use super::*;
use crate::aws::Network;
use crate::endpoint::{self, Overrides};
use crate::identity::SessionId;
use crate::sso::Place;

fn opened(opened: Option<&str>) -> Pending {
    let id = SessionId { name: "dev".into(), start_url: "https://x".into(), region: "us-east-1".into() };
    let at = |service| endpoint::resolve(service, &id.region, &Overrides::default()).unwrap();
    let place = Place { oidc: at(Service::SsoOidc), portal: at(Service::Sso), network: Network::default() };
    let place = Pinned::new(&id, &place);
    let expires = Timestamp::MAX;
    let registration = Registration {
        client_id: String::new(),
        client_secret: "s".into(),
        expires,
        flow: Flow::Device,
        scopes: Vec::new(),
        place: place.clone(),
    };
    Pending {
        device_code: "d".into(),
        user_code: String::new(),
        url: String::new(),
        interval: 1,
        expires,
        opened: opened.map(|at| at.parse().unwrap()),
        registration,
        place,
    }
}

#[test]
fn a_tab_is_opened_again_after_a_minute_but_never_for_who_waited() {
    let now = "2026-01-01T00:01:00Z".parse().unwrap();
    for (at, waited, in_sight) in [
        (None, true, false),
        (None, false, false),
        (Some("2026-01-01T00:00:01Z"), false, true),
        (Some("2026-01-01T00:00:00Z"), false, false),
        (Some("2025-12-31T23:55:00Z"), false, false),
        (Some("2025-12-31T23:55:00Z"), true, true),
    ] {
        assert_eq!(opened(at).is_in_sight(now, waited), in_sight, "{at:?} {waited}");
    }
}
