//! What the targets share: what was really signed, which the seeds of the tests are.

use std::sync::LazyLock;

use input_properties::trust::Truth;

/// Two statements and a link about one artifact, and the keys that signed them.
pub static TRUTH: LazyLock<Truth> = LazyLock::new(|| {
    let keys = [
        include_str!("../../tests/seeds/keys/one"),
        include_str!("../../tests/seeds/keys/two"),
        include_str!("../../tests/seeds/keys/link"),
    ];
    let signed = include_bytes!("../../tests/seeds/verify/all");
    Truth::new(signed, keys, b"\x7fELF server")
});
