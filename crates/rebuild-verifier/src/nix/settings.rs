//! Nix's settings: whether a build can change what other builds read.

use std::env;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};
use rustix::process::geteuid;
use serde::Deserialize;

use super::{Nix, failed, parse_answer};
use crate::error::{Error, Result};

/// The commands that show the settings: of all versions so far, and the only one that newer versions do not call deprecated.
const COMMANDS: [&[&str]; 2] = [&["show-config", "--json"], &["config", "show", "--json"]];

/// Where Nix keeps its state, unless the environment says otherwise.
const STATE: &str = "/nix/var/nix";

/// The settings that say as whom builds run.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Settings {
    store: Setting<String>,
    build_users_group: Setting<String>,
    /// Nix 2.8 has no such setting.
    #[serde(default)]
    auto_allocate_uids: Setting<bool>,
}

#[derive(Debug, Default, Deserialize)]
struct Setting<T> {
    value: T,
}

impl Nix<'_> {
    /// Refuses a Nix that builds as the owner of the store, unless its builds are trusted: a build could change the inputs
    /// of both builds, and they would be identical all the same. The settings of a daemon are its own, and count as right.
    ///
    /// # Errors
    /// When Nix builds like that, or does not show its settings.
    pub(crate) fn check_builders(&mut self) -> Result<()> {
        if self.trusts_builds {
            return Ok(());
        }
        let settings = self.settings()?;
        let (is_root, is_daemon) = (geteuid().is_root(), asks_daemon(&settings.store.value));
        if is_daemon || is_root && settings.has_builders() {
            return Ok(());
        }
        Err(Error::BuildsAsOwner)
    }

    fn settings(&mut self) -> Result<Settings> {
        let what = "show its settings";
        let mut errors = Vec::new();
        for command in COMMANDS {
            let finished = self.run_silently(&command.iter().map(Into::into).collect::<Vec<_>>())?;
            if finished.status.success() {
                return parse_answer(what, &finished);
            }
            errors.extend(finished.errors);
        }
        Err(failed(what, "it failed", &errors))
    }
}

impl Settings {
    /// Whether a Nix that root runs builds as other users. Nix fails by itself if the group has no members.
    fn has_builders(&self) -> bool {
        !self.build_users_group.value.is_empty() || self.auto_allocate_uids.value
    }
}

/// Whether another process builds, by Nix's own rules; `store` is Nix's setting.
fn asks_daemon(store: &str) -> bool {
    if store != "auto" {
        return !(store.starts_with("local") || store.starts_with('/'));
    }
    let state = variable("NIX_STATE_DIR").unwrap_or_else(|| STATE.into());
    let socket = variable("NIX_DAEMON_SOCKET_PATH").unwrap_or_else(|| state.join("daemon-socket/socket"));
    !is_writable(&state) && socket.exists()
}

fn variable(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

fn is_writable(folder: &Path) -> bool {
    access(folder, Access::READ_OK | Access::WRITE_OK).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_store_of_another_process_is_a_daemons() {
        for (store, is_daemon) in [
            ("daemon", true),
            ("unix:///run/nix.sock", true),
            ("ssh-ng://builder", true),
            ("local", false),
            ("local?root=/mnt", false),
            ("/mnt", false),
        ] {
            assert_eq!(asks_daemon(store), is_daemon, "{store}");
        }
    }

    #[test]
    fn a_group_or_allocated_numbers_are_builders() {
        for (text, has_builders) in [
            (r#""build-users-group":{"value":""}"#, false),
            (r#""build-users-group":{"value":"nixbld"}"#, true),
            (
                r#""build-users-group":{"value":""},"auto-allocate-uids":{"value":true}"#,
                true,
            ),
            (
                r#""build-users-group":{"value":""},"auto-allocate-uids":{"value":false}"#,
                false,
            ),
        ] {
            let text = format!(r#"{{"store":{{"value":"auto"}},{text}}}"#);
            let settings: Settings = serde_json::from_str(&text).unwrap();
            assert_eq!(settings.has_builders(), has_builders, "{text}");
        }
    }
}
