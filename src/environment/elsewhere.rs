//! The same environment for a process that runs in another folder.

use std::path::{Path, PathBuf};

use super::Environment;

const AWS_FILES: [&str; 2] = ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"];
const CERTIFICATES: [&str; 4] = ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"];

impl Environment {
    /// The variables that name a file only for who is in `folder`, with the path that names it everywhere.
    #[must_use]
    pub fn files_named_from(&self, folder: &Path) -> Vec<(&'static str, PathBuf)> {
        // What AWS's rules put in place of `~` and `$NAME` is done before: such a path may be from the root.
        let aws = AWS_FILES.iter().map(|name| (*name, self.path(name).map(|path| self.expanded(path))));
        let plain = CERTIFICATES.iter().map(|name| (*name, self.path(name)));
        let relative =
            aws.chain(plain).filter_map(|(name, path)| Some((name, path.filter(|path| path.is_relative())?)));
        relative.map(|(name, path)| (name, folder.join(path))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_named_from_a_folder_is_named_anew() {
        let environment = Environment::from_pairs([
            ("HOME", "/h"),
            ("AWS_CONFIG_FILE", "aws/config"),
            ("AWS_SHARED_CREDENTIALS_FILE", "$HOME/keys"),
            ("AWS_CA_BUNDLE", "../ca.pem"),
            ("REQUESTS_CA_BUNDLE", ""),
            ("SSL_CERT_FILE", if cfg!(windows) { r"C:\ca.pem" } else { "/ca.pem" }),
        ]);
        let named = environment.files_named_from(Path::new("/project"));
        let wanted = [("AWS_CONFIG_FILE", "/project/aws/config"), ("AWS_CA_BUNDLE", "/project/../ca.pem")];
        assert_eq!(named, wanted.map(|(name, path)| (name, PathBuf::from(path))));
        let home = Environment::from_pairs([("HOME", "/h"), ("AWS_CONFIG_FILE", "~/aws")]);
        assert!(home.files_named_from(Path::new("/project")).is_empty());
    }
}
