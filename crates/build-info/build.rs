//! Tells whether the build links a stamp into the program, as samebits does.

fn main() {
    println!("cargo::rustc-check-cfg=cfg(stamp_is_linked)");
    println!("cargo::rerun-if-env-changed=SAMEBITS_STAMP");
    match std::env::var("SAMEBITS_STAMP").as_deref() {
        Ok("linked") => println!("cargo::rustc-cfg=stamp_is_linked"),
        Ok(other) => println!("cargo::error=SAMEBITS_STAMP is '{other}': set it to 'linked', or not at all"),
        Err(std::env::VarError::NotPresent) => {}
        Err(error) => println!("cargo::error=SAMEBITS_STAMP: {error}"),
    }
}
