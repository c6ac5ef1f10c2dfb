//! Checks that the processor computes correctly. NB: every operand goes through [`black_box`], or the compiler would
//! compute the results on the machine that builds the program.

use std::hint::black_box;

use sha2::{Digest, Sha256};

use super::{Problem, Verdict, expect};

/// Two examples of FIPS 180-4 and the million letters of its first edition, with their digests.
const SHA256_VECTORS: [(&str, usize, &str); 3] = [
    (
        "abc",
        1,
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    ),
    (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        1,
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    ),
    (
        "a",
        1_000_000,
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
    ),
];

/// Checks SHA-256 of known texts: long runs of 32-bit arithmetic, or the processor's SHA instructions.
pub(super) fn sha256() -> Verdict {
    for (text, times, digest) in SHA256_VECTORS {
        let found = format!("{:x}", Sha256::digest(black_box(text.repeat(times))));
        expect(&format!("the digest of {times} times {text:?}"), found.as_str(), digest)?;
    }
    Ok(format!("{} known digests", SHA256_VECTORS.len()))
}

/// Checks arithmetic that is wider than some processors' registers, and at the limits of the types.
pub(super) fn integers() -> Verdict {
    let a = black_box(0x0123_4567_89ab_cdef_u64);
    let b = black_box(0xfedc_ba98_7654_3210_u64);
    let negative = black_box(-7_000_000_000_000_i64);
    let wide = black_box(u128::from(a) * u128::from(b));
    let results = [
        ("a 64-bit product", a.wrapping_mul(b), 0x2236_d88f_e561_8cf0),
        ("a 64-bit quotient", b / a, 0xe0),
        ("a 64-bit remainder", b % a, 0xf0),
        (
            "the high half of a 128-bit product",
            (wide >> 64) as u64,
            0x0121_fa00_ad77_d742,
        ),
        (
            "the low half of a 128-bit quotient",
            (wide / u128::from(black_box(1_000_003_u64))) as u64,
            0xec54_e49a_9c41_14dd,
        ),
        (
            "a signed quotient",
            (negative / black_box(3)) as u64,
            (-2_333_333_333_333_i64) as u64,
        ),
        (
            "a signed shift",
            (negative >> black_box(8)) as u64,
            (-27_343_750_000_i64) as u64,
        ),
        ("a rotation", a.rotate_left(black_box(36)), 0x9abc_def0_1234_5678),
        ("a count of zeros", u64::from((a >> black_box(20)).leading_zeros()), 27),
        ("a count of ones", u64::from(b.count_ones()), 32),
    ];
    for (what, found, wanted) in results {
        expect(what, found, wanted)?;
    }
    expect("a sum that is too large", a.checked_add(b | a), None)?;
    expect(
        "a sum that saturates",
        negative.saturating_add(black_box(i64::MIN)),
        i64::MIN,
    )?;
    Ok(format!("{} known results", results.len() + 2))
}

/// Checks IEEE 754 arithmetic to the last bit, conversions and decimal text.
pub(super) fn floats() -> Verdict {
    let tenth = black_box(0.1_f64);
    let results = [
        ("0.1 + 0.2", tenth + black_box(0.2), 0x3fd3_3333_3333_3334),
        ("1 / 3", black_box(1.0) / black_box(3.0), 0x3fd5_5555_5555_5555),
        ("0.1 * 0.1", tenth * tenth, 0x3f84_7ae1_47ae_147c),
        ("0.1 - 0.3", tenth - black_box(0.3), 0xbfc9_9999_9999_9999),
        ("the square root of 2", black_box(2.0_f64).sqrt(), 0x3ff6_a09e_667f_3bcd),
        (
            "a subnormal number",
            black_box(f64::MIN_POSITIVE) / 2.0,
            0x0008_0000_0000_0000,
        ),
        ("negative zero", -black_box(0.0_f64), 0x8000_0000_0000_0000),
        ("an overflow", black_box(f64::MAX) * 2.0, 0x7ff0_0000_0000_0000),
        ("2^64 - 1 as a float", black_box(u64::MAX) as f64, 0x43f0_0000_0000_0000),
        (
            "a 32-bit 1 / 3, widened",
            f64::from(black_box(1.0_f32) / 3.0),
            0x3fd5_5555_6000_0000,
        ),
    ];
    for (what, found, wanted) in results {
        expect(what, found.to_bits(), wanted)?;
    }
    expect("1e20 as an integer", black_box(1e20_f64) as i64, i64::MAX)?;
    expect("NaN as an integer", black_box(f64::NAN) as i32, 0)?;
    expect(
        "0.1 + 0.2 as text",
        (tenth + black_box(0.2)).to_string().as_str(),
        "0.30000000000000004",
    )?;
    let parsed = black_box("9007199254740993").parse().map(f64::to_bits);
    expect("2^53 + 1 from text", parsed.ok(), Some(0x4340_0000_0000_0000))?;
    Ok(format!("{} known results", results.len() + 4))
}

/// Checks that integers have the byte order in memory that the compiler assumes.
pub(super) fn byte_order() -> Verdict {
    let found = black_box(black_box(0x0102_0304_u32).to_ne_bytes());
    let (order, wanted) = if cfg!(target_endian = "big") {
        ("big", [1, 2, 3, 4])
    } else {
        ("little", [4, 3, 2, 1])
    };
    if found == wanted {
        Ok(format!("{order} endian"))
    } else {
        Err(Problem::Wrong(format!(
            "01020304 lies in memory as {found:02x?}, expected {order} endian"
        )))
    }
}
