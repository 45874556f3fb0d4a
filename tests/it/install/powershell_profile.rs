//! A table of profiles for install.ps1: each gets one block, keeps every byte of its own, and has them back at the end.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use super::powershell::{Installer, PROFILE, each};
use super::{BEGIN, END};

fn utf16(text: &str, mark: [u8; 2]) -> Vec<u8> {
    let units =
        text.encode_utf16().flat_map(|unit| if mark == [0xff, 0xfe] { unit.to_le_bytes() } else { unit.to_be_bytes() });
    mark.into_iter().chain(units).collect()
}

/// In one PowerShell, since starting one takes longer than all the rest: each profile is in a folder of its own.
#[test]
fn every_profile_has_its_bytes_back() {
    each(|program| {
        let contents: [Vec<u8>; 12] = [
            b"".into(),
            b"a\n".into(),
            b"a".into(),
            b"a\r\nb\r\n".into(),
            b"a\r\nb".into(),
            b"a\nb\r".into(),
            b"\xef\xbb\xbfa\r\n".into(),
            b"\xef\xbb\xbf".into(),
            b"ANSI \xe9 and more\n".into(),
            utf16("a é\r\nb", [0xff, 0xfe]),
            utf16("a é\nb\n", [0xfe, 0xff]),
            utf16("", [0xff, 0xfe]),
        ];
        let installer = Installer::new(program);
        let home = installer.machine.home();
        for (number, content) in contents.iter().enumerate() {
            let file = home.join(format!("{number}/powershell/profile.ps1"));
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, content).unwrap();
            fs::set_permissions(file, fs::Permissions::from_mode(0o640)).unwrap();
        }
        let before = installer.tree();
        let script = installer.machine.archive().join("install.ps1");
        let all = |words: &str| {
            let last = contents.len() - 1;
            let each = format!("$env:XDG_CONFIG_HOME = \"$HOME/$_\"; & '{}' {words}", script.display());
            let ran = installer.script(&format!("$PROFILE = ''; 0..{last} | ForEach-Object {{ {each} }}"));
            assert_eq!(ran.code, 0, "{ran:?}");
            installer.tree()
        };
        let full = all("-Yes");
        for (number, content) in contents.iter().enumerate() {
            let with = fs::read(home.join(format!("{number}/powershell/profile.ps1"))).unwrap();
            assert!(with.starts_with(content), "{content:?}");
            let wide = content.starts_with(&[0xff, 0xfe]) || content.starts_with(&[0xfe, 0xff]);
            let end = if wide { utf16(END, [content[0], content[1]])[2..].to_vec() } else { END.into() };
            assert_eq!(with.windows(end.len()).filter(|part| *part == end).count(), 1, "{content:?}");
        }
        assert_eq!(all("-Yes"), full, "a second time changes nothing");
        assert_eq!(all("-Uninstall"), before);
    });
}

#[test]
fn a_profile_that_cannot_be_edited_is_named_and_left_alone() {
    each(|program| {
        let half = format!("a\n{BEGIN}\nb\n");
        let rows: [(&str, &[u8], u32, &str); 3] = [
            ("read-only", b"a\n", 0o444, "it is read-only"),
            ("half", half.as_bytes(), 0o644, "in line 2 there is a marker"),
            ("wide without a mark", b"a\0\n\0", 0o644, "not text in an encoding known here"),
        ];
        for (what, content, mode, says) in rows {
            let installer = Installer::new(program);
            installer.write_profile(content);
            fs::set_permissions(installer.machine.home().join(PROFILE), fs::Permissions::from_mode(mode)).unwrap();
            let ran = installer.ok(&["-Yes"]);
            assert!(ran.stderr.contains(says), "{what}: {ran:?}");
            assert_eq!(installer.profile(), content, "{what}");
        }
        let installer = Installer::new(program);
        let folder = installer.machine.home().join(".config/powershell");
        fs::create_dir_all(&folder).unwrap();
        symlink("nothing", folder.join("profile.ps1")).unwrap();
        let ran = installer.ok(&["-Yes"]);
        assert!(ran.stderr.contains("it is a link to") && ran.stderr.contains("init powershell"), "{ran:?}");
        assert!(!folder.join("nothing").exists());
    });
}

#[test]
fn a_profile_that_is_a_link_stays_one() {
    each(|program| {
        let installer = Installer::new(program);
        let machine = &installer.machine;
        machine.write("dot/profile.ps1", "mine");
        fs::create_dir_all(machine.home().join(".config/powershell")).unwrap();
        symlink("../../dot/link", machine.home().join(PROFILE)).unwrap();
        symlink(machine.home().join("dot/profile.ps1"), machine.home().join("dot/link")).unwrap();
        let before = installer.tree();
        installer.ok(&["-Yes"]);
        assert!(machine.read("dot/profile.ps1").contains(END));
        assert_eq!(installer.tree()[PROFILE], before[PROFILE]);
        installer.ok(&["-Uninstall"]);
        assert_eq!(installer.tree(), before);
    });
}

#[test]
fn several_blocks_in_a_profile_become_one_and_then_none() {
    each(|program| {
        let installer = Installer::new(program);
        installer.write_profile(b"a\n");
        installer.ok(&["-Yes"]);
        let block = String::from_utf8(installer.profile()[2..].to_vec()).unwrap();
        let twice = format!("a\n{}b\n{block}c", block.replace("Test-Path", "Test-Older"));
        installer.write_profile(twice.as_bytes());
        let ran = installer.ok(&["-Yes"]);
        assert!(ran.stderr.contains("(lines 2-6, 8-12)"), "{ran:?}");
        assert_eq!(String::from_utf8(installer.profile()).unwrap(), format!("a\n{block}b\nc"));
        installer.write_profile(twice.as_bytes());
        installer.ok(&["-Uninstall"]);
        assert_eq!(installer.profile(), b"a\nb\nc");
    });
}
