//! Helpers for the readers of claims.

use serde::de::DeserializeOwned;
use serde_json::Value;
use untrusted_input::json;

use super::Output;
use crate::intoto::{Statement, Subject, check_name};

/// Every subject with a name.
pub(super) fn outputs(statement: &Statement) -> Vec<Output> {
    let named = |subject: &Subject| {
        subject.name.as_ref().map(|name| Output {
            name: name.clone(),
            digests: subject.digests.clone(),
        })
    };
    statement.subjects.iter().filter_map(named).collect()
}

/// Checks that `name` is a file name without folders, because rebuilders identify an artifact by its name alone.
pub(super) fn check_file_name(what: &str, name: &str) -> Result<(), String> {
    check_name(name)?;
    if name.contains(['/', '\\']) || name == "." {
        return Err(format!("{what} {name:?} is not the name of a file, without folders"));
    }
    Ok(())
}

/// The subject of a statement that must have exactly one.
pub(super) fn only_output(statement: &Statement) -> Result<Output, String> {
    match outputs(statement).as_slice() {
        [one] if statement.subjects.len() == 1 => Ok(one.clone()),
        _ => Err(format!(
            "it has {} subjects, not one with a name",
            statement.subjects.len()
        )),
    }
}

/// Parses the part of the predicate at `path`. A missing part is null.
pub(super) fn part<T: DeserializeOwned>(statement: &Statement, path: &[&str]) -> Result<T, String> {
    let part = path.iter().try_fold(&statement.predicate, |part, name| part.get(name));
    json::from_value(part.unwrap_or(&Value::Null)).map_err(|error| format!("{}: {error}", path.join(".")))
}
