// The stamp of an executable as an object: what build-stamp has written, each part in a section of its own that no linker drops.
//
//   build-info     SAMEBITS_BUILD_INFO, the bytes that crates/build-info reads in the running program and in its file
//   dependencies   .dep-v0, the list of crates in the format of cargo-auditable
#if defined(__wasm__)
// Data of a module has no name, so both are custom sections. The program reads a copy, which is dropped if it does not.
__asm__(".section \".custom_section..bldinfo\",\"\",@\n"
        ".incbin \"build-info\"\n"
        ".section \".custom_section..dep-v0\",\"\",@\n"
        ".incbin \"dependencies\"\n");
#define KEPT_IN(name)
#elif defined(__APPLE__)
#define KEPT_IN(name) __attribute__((used, section("__DATA," name)))
#elif defined(_WIN32)
#define KEPT_IN(name) __attribute__((used, section(name)))
#else
#define KEPT_IN(name) __attribute__((used, retain, section(name)))
#endif

KEPT_IN(".bldinfo") const unsigned char SAMEBITS_BUILD_INFO[] = {
#embed "build-info"
};

#if !defined(__wasm__)
// NB: static. A program may have this name of cargo-auditable's itself.
KEPT_IN(".dep-v0") static const unsigned char AUDITABLE_VERSION_INFO[] = {
#embed "dependencies"
};
#endif
