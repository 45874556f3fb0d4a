//! Derives a key from a passphrase as the `file` keeper does: Argon2id, 19 MiB, 2 passes.

use argon2::{Algorithm, Argon2, Params, Version};

fn main() {
    let params = Params::new(19 * 1024, 2, 1, Some(32)).expect("parameters of the standard");
    let mut key = [0; 32];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password_into(b"correct horse battery staple", b"sixteen bytes ok", &mut key).expect("a key");
    assert_ne!(key, [0; 32]);
}
