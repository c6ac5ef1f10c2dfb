//! Any bytes, searched for a build's stamp.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let found = build_info::find_in(bytes);
    if let Ok(info) = &found {
        assert!(!info.name.is_empty());
    }
    let mut finder = build_info::Finder::default();
    let mut pieces = bytes.chunks(bytes.len() / 3 + 1);
    let fed = pieces.try_for_each(|piece| finder.feed(piece));
    assert_eq!(fed.and_then(|()| finder.finish()), found);
});
