# make        sets up the machine, builds a service twice, compares the builds and attests to them
# make test   sets up the machine and runs all tests that a change has to pass
# make help   lists the other targets

SERVICE ?= server
PLATFORM ?= aarch64-linux
# NB: `make -j` would start a build before bootstrap has added its archives to the store.
.NOTPARALLEL:
.DEFAULT_GOAL := attested

.PHONY: attested
attested: bootstrap ## build SERVICE= for PLATFORM= (also Go's name: linux/arm64) twice, compare, attest
	@package=$$(nix/tables package '$(SERVICE)' '$(PLATFORM)') && \
	echo "make: building $$package, and again under other conditions" && \
	nix build ".#$$package.attestation" --out-link result-attestation && \
	nix build ".#$$package" --out-link result
	@nix build .#rebuild-verifier --out-link result-verifier
	@result-verifier/bin/rebuild-verifier report result-attestation
	@echo
	@find -L result/bin -type f -printf 'executable   %p\n'
	@echo 'attestation  result-attestation/statement.json'

.PHONY: platforms
platforms: bootstrap ## list all platforms: name, target, linkage, tier (run or inspected)
	@nix/tables platforms

.PHONY: matrix
matrix: bootstrap ## build every service for every platform twice and write one report (SERVICES="", PLATFORMS="" narrow it; takes hours)
	@nix/matrix $(if $(SERVICES),--services '$(SERVICES)') $(if $(PLATFORMS),--platforms '$(PLATFORMS)')

.PHONY: test
test: bootstrap ## run all tests: units, lints, real builds, emulators
	tests/run

.PHONY: test-crane
test-crane: bootstrap ## hold nix/crane against crane itself; needs CRANE_TREE=, NIXPKGS_TREE= and RUST_OVERLAY_TREE=, folders with their source
	CRANE_TREE='$(CRANE_TREE)' NIXPKGS_TREE='$(NIXPKGS_TREE)' RUST_OVERLAY_TREE='$(RUST_OVERLAY_TREE)' tests/run --suite crane

.PHONY: bootstrap
bootstrap: ## put the pinned archives into the Nix store (and Nix onto a machine without it)
	@./bootstrap

.PHONY: update-archives
update-archives: ## pin the newest archives: rewrite nix/toolchain/archives.json
	./bootstrap --update

MINUTES ?= 60
.PHONY: fuzz
fuzz: ## fuzz every parser for MINUTES=60 in total; needs cargo-fuzz
	crates/rebuild-verifier/fuzz/run $(MINUTES)

.PHONY: mutants
mutants: ## mutate the code that decides "verified": every mutant must fail a unit test; needs cargo-mutants (half an hour)
	@cargo mutants --version > /dev/null 2>&1 || { echo 'make: this needs cargo-mutants: cargo install --locked cargo-mutants' >&2; exit 1; }
	@mkdir -p target
	CARGO_PROFILE_DEV_DEBUG=0 cargo mutants --config crates/build-attestation/mutants.toml --package build-attestation --package binary-formats --output target

.PHONY: deny
deny: ## check the licences and sources of all dependencies against deny.toml; needs cargo-deny
	@cargo deny --version > /dev/null 2>&1 || { echo 'make: this needs cargo-deny: cargo install --locked cargo-deny' >&2; exit 1; }
	cargo deny --offline check bans licenses sources

SUITE ?= engine
.PHONY: bench
bench: ## benchmark rebuild-verifier with the machine's own cargo (SUITE=engine, or SUITE=worst for the worst known inputs)
	cargo bench --package rebuild-verifier --bench $(SUITE) -- $(BENCH)

.PHONY: help
help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## /make \1 - /p' Makefile | sort
