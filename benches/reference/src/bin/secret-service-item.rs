//! Puts 32 bytes into the Secret Service (`put NAME`), or reads them (`get NAME`).

#[cfg(target_os = "linux")]
fn main() {
    use keyring_core::api::CredentialStoreApi;
    use zbus_secret_service_keyring_store::Store;
    let words: Vec<String> = std::env::args().collect();
    let store = Store::new().expect("a Secret Service");
    let entry = store.build("assume-bench", &words[2], None).expect("an entry");
    match words[1].as_str() {
        "put" => entry.set_secret(&[7; 32]).expect("an open collection"),
        _ => assert_eq!(entry.get_secret().expect("the item").len(), 32),
    }
}

#[cfg(not(target_os = "linux"))]
fn main() {}
