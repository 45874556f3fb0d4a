//! Variables that say where files are.

use super::Environment;
use crate::error::Kind;
use crate::fuzzing::{assert_fit, texts};

/// Our own folders are never relative to where a shell happens to be.
pub fn variables(data: &[u8]) {
    let [home, config, state, xdg, aws] = texts(data);
    let environment = Environment::from_pairs([
        ("HOME", home),
        ("ASSUME_CONFIG", config),
        ("ASSUME_STATE_DIR", state),
        ("XDG_STATE_HOME", xdg.clone()),
        ("XDG_CONFIG_HOME", xdg),
        ("AWS_CONFIG_FILE", aws),
    ]);
    let _ = (environment.aws_config_file(), environment.aws_credentials_file(), environment.data_folder());
    let own = |name| environment.path(name).is_some();
    for (found, named) in
        [(environment.state_folder(), own("ASSUME_STATE_DIR")), (environment.settings_file(), own("ASSUME_CONFIG"))]
    {
        match found {
            // A relative HOME is the person's own doing, and AWS's tools follow it too.
            Ok(path) => assert!(path.is_absolute() || !named, "{}", path.display()),
            Err(error) => {
                assert_eq!(error.kind(), Kind::Config);
                assert_fit(&error);
            }
        }
    }
}
