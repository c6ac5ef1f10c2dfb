# make        sets the machine up, builds a service twice, compares, attests
# make test   sets the machine up and passes all tests
# make help   the other targets

SERVICE ?= server
PLATFORM ?= aarch64-linux
PACKAGE = $(SERVICE)-$(PLATFORM)
# NB: a parallel make would start a build before its archives are there.
.NOTPARALLEL:
.DEFAULT_GOAL := attested

.PHONY: attested
attested: bootstrap ## build PACKAGE (SERVICE=, PLATFORM=) twice, compare, attest
	@nix/tables packages --services '$(SERVICE)' --platforms '$(PLATFORM)' > /dev/null
	@echo "make: building $(PACKAGE), and again under other conditions"
	@nix build '.#$(PACKAGE).attestation' --out-link result-attestation
	@nix build '.#$(PACKAGE)' --out-link result
	@nix build .#rebuild-verifier --out-link result-verifier
	@result-verifier/bin/rebuild-verifier report result-attestation
	@echo
	@find -L result/bin -type f -printf 'executable   %p\n'
	@echo 'attestation  result-attestation/statement.json'

.PHONY: platforms
platforms: bootstrap ## all platforms: names, targets, linkage, how far each is proved
	@nix/tables platforms

.PHONY: matrix
matrix: bootstrap ## every service for every platform twice, with one report (SERVICES="", PLATFORMS="" narrow it; hours)
	@nix/matrix $(if $(SERVICES),--services '$(SERVICES)') $(if $(PLATFORMS),--platforms '$(PLATFORMS)')

.PHONY: test
test: bootstrap ## all tests: units, lints, real builds, emulators
	tests/run

.PHONY: bootstrap
bootstrap: ## put the pinned archives into the Nix store (and Nix onto a machine without it)
	@./bootstrap

.PHONY: update-archives
update-archives: ## resolve the pinned archives anew and rewrite nix/toolchain/archives.json
	./bootstrap --update

MINUTES ?= 60
.PHONY: fuzz
fuzz: ## feed every reader with random input, MINUTES=60 in all; needs cargo-fuzz
	crates/rebuild-verifier/fuzz/run $(MINUTES)

.PHONY: mutants
mutants: ## break what decides "verified" in every small way, one at a time: a unit test has to fail; needs cargo-mutants (half an hour)
	@cargo mutants --version > /dev/null 2>&1 || { echo 'make: this needs cargo-mutants: cargo install --locked cargo-mutants' >&2; exit 1; }
	@mkdir -p target
	CARGO_PROFILE_DEV_DEBUG=0 cargo mutants --config crates/build-attestation/mutants.toml --package build-attestation --package binary-formats --output target

.PHONY: deny
deny: ## check the licences and sources of all dependencies against deny.toml; needs cargo-deny
	@cargo deny --version > /dev/null 2>&1 || { echo 'make: this needs cargo-deny: cargo install --locked cargo-deny' >&2; exit 1; }
	cargo deny --offline check bans licenses sources

# What a release build has to know of its origin, and a measurement has not.
UNSTAMPED = SAMEBITS_REVISION=unknown SAMEBITS_DIRTY=true SAMEBITS_TARGET=unknown SAMEBITS_TOOLCHAIN=unknown SOURCE_DATE_EPOCH=0
SUITE ?= engine
.PHONY: bench
bench: ## measure rebuild-verifier with the machine's own cargo (SUITE=engine, or worst: the worst inputs that are known)
	$(UNSTAMPED) cargo bench --package rebuild-verifier --bench $(SUITE) -- $(BENCH)

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /make \1 - /p' Makefile | sort
