//! A switch and `off`, evaluated by real shells.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use aws_assume::secret::Secret;
use aws_assume::shell::{self, Switch, Watch, Watched};

use crate::shells::run::{Place, Shell, Variables, shown};

pub(crate) fn sample(profile: &str) -> Switch {
    Switch {
        access_key_id: Secret::from("ASIAEXAMPLE0SAMPLE01"),
        secret_access_key: Secret::from("wJalr/XUtnFEMI+K7MDENG/bPxRfiCYEXAMPLEKEY"),
        session_token: Some(Secret::from("IQoJb3JpZ2luX2VjEXAMPLE//////////wEaCXVzLWVhc3QtMSJHMEUCIQ==")),
        expiration: Some("2030-01-02T03:04:05Z".to_owned()),
        expires_epoch: Some(1_893_553_445),
        region: Some("eu-central-1".to_owned()),
        account_id: Some("123456789012".to_owned()),
        account: "Development Team".to_owned(),
        role: "AdministratorAccess".to_owned(),
        profile: profile.to_owned(),
        previous: None,
        session: "my-sso".to_owned(),
        segment: "dev Development/AdministratorAccess".to_owned(),
        watch: Some(watch(profile)),
    }
}

pub(crate) fn watch(profile: &str) -> Watch {
    let marker = |name: &str| Watched { path: format!("/nowhere/markers/{name}").into(), number: 3 };
    Watch {
        session: "my-sso".to_owned(),
        start_url: "https://example.awsapps.com/start".to_owned(),
        sso_region: "eu-central-1".to_owned(),
        account_id: "123456789012".to_owned(),
        role: "AdministratorAccess".to_owned(),
        profile: profile.to_owned(),
        generation: 0,
        access_key_id: "ASIAEXAMPLE0SAMPLE01".to_owned(),
        life: Some((2400, 3600)),
        keys: marker("role-1"),
        sign_in: marker("session-1"),
        lock: marker("lock"),
        segment: ("dev Development/AdministratorAccess ".to_owned(), String::new()),
        shows_time: true,
        production: false,
    }
}

fn value<'a>(variables: &'a Variables, name: &str) -> Option<&'a str> {
    variables.get(OsStr::new(name)).map(|value| value.to_str().unwrap())
}

#[test]
fn a_switch_sets_the_contract_and_off_restores_byte_for_byte() {
    Shell::each(&Shell::ALL, |shell, program| {
        let mut place = Place::new();
        place.set("AWS_PROFILE", "old one").set("AWS_REGION", "").set("AWS_VAULT", "it's\nold\n");
        place.set("GRANTED_ODD_ONE", "x\\").set("AWSUME_PROFILE", "$(touch canary)*");
        // Where this is set PowerShell looks a policy of Windows up, and finds none here.
        place.set("OS", "Windows_NT");
        if shell != Shell::Pwsh {
            place.set("AWS_SECURITY_TOKEN", OsStr::from_bytes(b"\xff\xfe\x80 '\"\x01"));
        }
        let environment = place.environment();
        let switch = shell::switch(shell.dialect(), &sample("dev"), &environment);
        let switch = place.write("switch", switch.expose());

        // `off` and a second switch are printed by a process that sees the switched environment.
        let mut switched = Place::new();
        switched.variables.clone_from(&place.variables);
        switched.set("ASSUME_PROFILE", "dev");
        let mut prod = sample("prod");
        prod.region = None;
        prod.previous = Some("dev".to_owned());
        let second = shell::switch(shell.dialect(), &prod, &switched.environment());
        let second = place.write("second", second.expose());
        let off = place.write("off", shell::off(shell.dialect(), &switched.environment(), true));

        let twice = place.write("twice", shell::off(shell.dialect(), &environment, false));

        let dump = |name: &str| Shell::dump(&place.path(name));
        let script = [
            dump("before"),
            shell.evaluate(&switch),
            dump("switched"),
            shell.evaluate(&second),
            dump("second-switched"),
            shell.evaluate(&off),
            dump("after"),
            shell.evaluate(&twice),
            dump("again"),
        ];
        let output = place.run(shell, program, &script.join("\n"));
        assert!(output.status.success() && output.stderr.is_empty(), "{shell:?}: {}", shown(&output));

        let switched = place.dumped("switched");
        for (name, expected) in [
            ("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE0SAMPLE01"),
            ("AWS_SECRET_ACCESS_KEY", "wJalr/XUtnFEMI+K7MDENG/bPxRfiCYEXAMPLEKEY"),
            ("AWS_REGION", "eu-central-1"),
            ("ASSUME_ACCOUNT", "Development Team"),
            ("ASSUME_EXPIRES", "1893553445"),
        ] {
            assert_eq!(value(&switched, name), Some(expected), "{shell:?} {name}");
        }
        for name in
            ["AWS_PROFILE", "AWS_VAULT", "GRANTED_ODD_ONE", "AWSUME_PROFILE", "AWS_SECURITY_TOKEN", "ASSUME_PREVIOUS"]
        {
            assert_eq!(value(&switched, name), None, "{shell:?} {name}");
        }
        let second = place.dumped("second-switched");
        assert_eq!(value(&second, "ASSUME_PREVIOUS"), Some("dev"), "{shell:?}");
        assert_eq!(value(&second, "AWS_REGION"), Some(""), "{shell:?}: the region from before");
        assert_eq!(value(&second, "AWS_DEFAULT_REGION"), None, "{shell:?}: the region from before");

        assert_eq!(place.dumped("after"), place.dumped("before"), "{shell:?}");
        assert_eq!(place.dumped("again"), place.dumped("before"), "{shell:?}");
    });
}
