//! Whom TLS trusts: a CA bundle, else what `SSL_CERT_FILE` and `SSL_CERT_DIR` name, else what the system has. Looked at before
//! anybody is asked, since the HTTP client panics on a bad certificate, and without any takes all of AWS for strangers.

use std::path::Path;
use std::sync::LazyLock;

use aws_smithy_http_client::tls::TrustStore;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls_native_certs::ErrorKind;

use super::{Network, SystemRoots, errors};
use crate::error::Result;
use crate::files::read_outside;

const LIMIT: usize = 8 * 1024 * 1024;
const NONE: &str = "it holds no certificate that can be used";

/// # Errors
/// `Config` where what was named can't be used, `Network` where nothing was named and the system has nothing.
pub(super) fn trusted(network: &Network) -> Result<TrustStore> {
    let certificates = match (&network.ca_bundle, &network.system_roots) {
        (Some(bundle), _) => read(&bundle.path)
            .and_then(|certificates| usable(certificates).ok_or_else(|| NONE.to_owned()))
            .map_err(|why| errors::ca_bundle(bundle, &why))?,
        (None, Some(roots)) => named(roots)?,
        (None, None) => SYSTEM.clone().ok_or_else(errors::no_roots)?,
    };
    Ok(TrustStore::empty().with_pem_certificate(certificates))
}

/// macOS takes a third of a second to hand them out.
static SYSTEM: LazyLock<Option<Vec<u8>>> = LazyLock::new(|| usable(rustls_native_certs::load_native_certs().certs));

/// As rustls and OpenSSL have it, all of them count, and one that can't be had does no harm where another can.
fn named(roots: &SystemRoots) -> Result<Vec<u8>> {
    let mut found = Vec::new();
    let mut wrong = None;
    if let Some(file) = &roots.file {
        match read(file) {
            Ok(certificates) => found.extend(certificates),
            Err(why) => wrong = Some(errors::root_file(file, &why)),
        }
    }
    for folder in &roots.folders {
        let loaded = rustls_native_certs::load_certs_from_paths(None, Some(folder));
        if let (true, Some(ErrorKind::Io { inner, .. })) =
            (loaded.certs.is_empty(), loaded.errors.first().map(|error| &error.kind))
        {
            wrong = wrong.or_else(|| Some(errors::root_folder(folder, &inner.to_string())));
        }
        found.extend(loaded.certs);
    }
    usable(found).ok_or_else(|| match (wrong, &roots.file, roots.folders.first()) {
        (Some(error), ..) => error,
        (None, Some(file), _) => errors::root_file(file, NONE),
        (None, None, folder) => errors::root_folder(folder.map_or(Path::new(""), |folder| folder), NONE),
    })
}

fn read(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    if path.as_os_str().is_empty() {
        return Err("it is set to nothing".into());
    }
    let text = read_outside(path, LIMIT).map_err(|error| error.to_string())?;
    Ok(certificates(&text))
}

pub(super) fn certificates(text: &[u8]) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_slice_iter(text).flatten().collect()
}

/// What can be used, as PEM again; `None` where nothing can. Bundles of companies hold odd ones.
pub(super) fn usable(certificates: Vec<CertificateDer<'static>>) -> Option<Vec<u8>> {
    let mut roots = RootCertStore::empty();
    let mut usable = String::new();
    for certificate in certificates {
        let body = data_encoding::BASE64.encode(&certificate);
        if roots.add(certificate).is_ok() {
            usable.push_str("-----BEGIN CERTIFICATE-----\n");
            usable.push_str(&body);
            usable.push_str("\n-----END CERTIFICATE-----\n");
        }
    }
    (!roots.is_empty()).then(|| usable.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_without_certificates_is_refused_and_not_a_panic() {
        for text in ["", "nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
            assert_eq!(usable(certificates(text.as_bytes())), None, "{text}");
        }
    }

    #[test]
    fn what_is_named_first_is_what_is_wrong() {
        let folder = tempfile::tempdir().unwrap();
        let roots = |file: Option<&str>| SystemRoots {
            file: file.map(Into::into),
            folders: vec!["/nowhere".into(), folder.path().into()],
        };
        let said = |file| named(&roots(file)).unwrap_err().message().to_owned();
        assert!(said(Some("/nowhere/ca.pem")).contains("SSL_CERT_FILE"));
        assert!(said(None).contains("'/nowhere' (SSL_CERT_DIR)"));
    }
}
