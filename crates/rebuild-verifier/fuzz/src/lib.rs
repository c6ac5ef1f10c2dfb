//! What the targets share: the attestations that were really signed, which are seeds of the tests.

use std::sync::LazyLock;

use input_properties::trust::Truth;

/// Two statements and a link about one artifact, with the keys that signed them.
pub static TRUTH: LazyLock<Truth> = LazyLock::new(|| {
    let keys = [
        include_str!("../../tests/seeds/keys/one"),
        include_str!("../../tests/seeds/keys/two"),
        include_str!("../../tests/seeds/keys/link"),
    ];
    let signed = include_bytes!("../../tests/seeds/verify/all");
    Truth::new(signed, keys, b"\x7fELF server")
});
