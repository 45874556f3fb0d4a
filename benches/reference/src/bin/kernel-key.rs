//! Puts 32 bytes into the user's kernel keyring (`put NAME`), reads them (`get NAME`), or takes them out (`drop NAME`).

#[cfg(target_os = "linux")]
fn main() {
    use linux_keyutils::{KeyRing, KeyRingIdentifier};
    let words: Vec<String> = std::env::args().collect();
    let ring = KeyRing::from_special_id(KeyRingIdentifier::User, false).expect("a user keyring");
    match words[1].as_str() {
        "put" => drop(ring.add_key(&words[2], &[7_u8; 32]).expect("room in the user keyring")),
        "drop" => ring.search(&words[2]).and_then(|key| key.invalidate()).expect("the key"),
        _ => assert_eq!(ring.search(&words[2]).expect("the key").read_to_vec().expect("its bytes").len(), 32),
    }
}

#[cfg(not(target_os = "linux"))]
fn main() {}
