//! Who may look into a folder on Windows: set where we make one, looked at where we find one.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::windows::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::OnceLock;

use sysinfo::{ProcessRefreshKind, ProcessesToUpdate, System, UpdateKind};
use windows_permissions::constants::{SeObjectType, SecurityInformation};
use windows_permissions::wrappers::{
    ConvertSecurityDescriptorToStringSecurityDescriptor, GetSecurityInfo, SetSecurityInfo,
};
use windows_permissions::{LocalBox, SecurityDescriptor};

use super::{access_list, errors};
use crate::error::Result;

/// Lets nobody in but the user and SYSTEM, whatever the folder above it grants. For a folder of our own making, before
/// anything is in it.
pub(super) fn close_to_others(path: &Path) -> io::Result<()> {
    const READ_CONTROL_AND_WRITE_DAC: u32 = 0x0002_0000 | 0x0004_0000;
    const A_FOLDER_ITSELF: u32 = 0x0200_0000 | 0x0020_0000;
    let mut folder =
        OpenOptions::new().access_mode(READ_CONTROL_AND_WRITE_DAC).custom_flags(A_FOLDER_ITSELF).open(path)?;
    let list: LocalBox<SecurityDescriptor> = access_list::private(us()?).parse()?;
    let what = SecurityInformation::Dacl | SecurityInformation::ProtectedDacl;
    SetSecurityInfo(&mut folder, SeObjectType::SE_FILE_OBJECT, what, None, None, list.dacl(), None)
}

/// That the folder is this user's (or the system's), and that nobody else may do anything with it.
pub(super) fn check(folder: &File, path: &Path) -> Result<()> {
    let failed = |error| errors::cannot("see the permissions of", path, &error);
    let what = SecurityInformation::Owner | SecurityInformation::Dacl;
    let found = GetSecurityInfo(folder, SeObjectType::SE_FILE_OBJECT, what).map_err(failed)?;
    let found = text(&found, what).map_err(failed)?;
    let us = us().map_err(failed)?;
    match access_list::fault(&found, &as_in_texts(us).map_err(failed)?) {
        None => Ok(()),
        Some(access_list::Fault::Owner(owner)) => Err(errors::not_ours(path, &owner)),
        Some(access_list::Fault::Open { to, remove }) => Err(errors::exposed(path, &to, remove, us)),
    }
}

fn text(descriptor: &SecurityDescriptor, what: SecurityInformation) -> io::Result<String> {
    Ok(ConvertSecurityDescriptorToStringSecurityDescriptor(descriptor, what)?.to_string_lossy().into_owned())
}

/// Some accounts have a name of two letters there.
fn as_in_texts(id: &str) -> io::Result<String> {
    let owned: LocalBox<SecurityDescriptor> = format!("O:{id}").parse()?;
    Ok(text(&owned, SecurityInformation::Owner)?.trim_start_matches("O:").to_owned())
}

/// The security identifier of the user this process runs as.
fn us() -> io::Result<&'static str> {
    static US: OnceLock<Option<String>> = OnceLock::new();
    US.get_or_init(|| {
        let id = sysinfo::get_current_pid().ok()?;
        let mut system = System::new();
        let wanted = ProcessRefreshKind::nothing().with_user(UpdateKind::Always);
        system.refresh_processes_specifics(ProcessesToUpdate::Some(&[id]), false, wanted);
        Some(system.process(id)?.user_id()?.to_string())
    })
    .as_deref()
    .ok_or_else(|| io::Error::other("Windows does not say which user this is"))
}
