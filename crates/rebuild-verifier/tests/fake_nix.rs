//! A `nix` that answers from files. Tests can give it any answer of the real one, and bad ones too.

use std::process::Command;

use rebuild_verifier::nix::source::source_name;
use serde_json::{Value, json};

use crate::util::{COMMIT, EMPTY_NAR, Folder, Output, PROGRAM, SHARED_DRV, definition, words};

/// The derivations of the builds.
pub(crate) const ORIGINAL_DRV: &str = "0123456789abcdfghijklmnpqrsvwxyz-server.drv";
pub(crate) const REBUILT_DRV: &str = "1123456789abcdfghijklmnpqrsvwxyz-server.drv";
const DEFINITION_DRV: &str = "2123456789abcdfghijklmnpqrsvwxyz-definition.json.drv";

/// Records each call in `calls`, and runs the script beside it that answers such a call.
const SCRIPT: &str = r#"
here=${0%/*}
echo "$*" >> "$here/calls"
case "$*" in
    *" show-config "* | *" config show "*) . "$here/settings.sh" ;;
    *"flake metadata"*) . "$here/metadata.sh" ;;
    *" eval "*) . "$here/outputs.sh" ;;
    *path-info*) for last; do :; done; . "$here/path-info.sh" ;;
    *--rebuild*) . "$here/again.sh"; . "$here/answer.sh" ;;
    *" build "*) . "$here/build.sh"; . "$here/answer.sh" ;;
    *) echo "unexpected: $*" >&2; exit 99 ;;
esac
"#;

/// A folder with a flake, a store with its builds, and the fake `nix`.
pub(crate) struct Fake {
    pub(crate) folder: Folder,
}

impl Fake {
    /// The builds are identical, and none of them was in the store before.
    pub(crate) fn new() -> Self {
        let folder = Folder::new();
        for tree in ["original", "rebuilt"] {
            folder.write(format!("store/{tree}/bin/server"), "program\n");
            folder.set_mode(&format!("store/{tree}/bin/server"), 0o755);
        }
        folder.write_json("store/definition.json", &definition());
        // In the definition both have the digest of an empty file.
        folder.write("source/Cargo.lock", "");
        folder.write("source/flake.lock", "");
        folder.make_folder("flake/.git");
        let path = |name: &str| folder.path(name).to_str().unwrap().to_owned();
        let products = [
            ("original", ORIGINAL_DRV, "original"),
            ("rebuilt", REBUILT_DRV, "rebuilt"),
            ("definition", DEFINITION_DRV, "definition.json"),
        ];
        let mut evaluated = json!({});
        let mut answer = Vec::new();
        for (product, derivation, output) in products {
            let (derivation, output) = (path(&format!("store/{derivation}")), path(&format!("store/{output}")));
            evaluated[product] = json!({ "derivation": derivation, "output": output });
            answer.push(json!({ "drvPath": derivation, "outputs": { "out": output } }));
        }
        // The order means nothing, as in Nix's answer.
        answer.reverse();
        folder.write_json("fake/outputs.json", &evaluated);
        folder.write_json("fake/answer.json", &json!(answer));
        let shell = Command::new("sh").args(["-c", "command -v sh"]).output().unwrap();
        let shell = String::from_utf8(shell.stdout).unwrap();
        folder.write("fake/nix", format!("#!{}\n{SCRIPT}", shell.trim()));
        folder.set_mode("fake/nix", 0o755);
        let fake = Self { folder };
        fake.source(&json!({ "revision": COMMIT, "narHash": EMPTY_NAR }));
        fake.derivation(SHARED_DRV, "tools", &[], &["builder.sh"]);
        fake.derivation(ORIGINAL_DRV, "original", &[SHARED_DRV], &["source"]);
        fake.derivation(REBUILT_DRV, "rebuilt", &[SHARED_DRV], &["source"]);
        fake.settings(&json!({ "store": "daemon", "build-users-group": "" }));
        fake.script("outputs", "cat \"$here/outputs.json\"");
        fake.script("answer", "cat \"$here/answer.json\"");
        // The builds are absent before `nix build`, and built afterwards.
        fake.script("build", "touch \"$here/built\"");
        fake.script(
            "path-info",
            r#"if [ -e "$here/built" ]; then echo "[{\"path\":\"$last\",\"ultimate\":true}]"; else echo "[{\"path\":\"$last\",\"valid\":false}]"; exit 1; fi"#,
        );
        fake.script("again", ":");
        fake
    }

    /// Writes a derivation to the store. A source that begins with `=` is the name of a store path; any other is
    /// written to the store too.
    pub(crate) fn derivation(&self, name: &str, output: &str, derivations: &[&str], sources: &[&str]) {
        let output = self.folder.path(&format!("store/{output}"));
        let output = format!(r#""{}","","""#, output.display());
        self.derivation_of(name, &output, derivations, sources);
    }

    /// Writes a derivation whose output is given as the file has it: path, algorithm and hash.
    pub(crate) fn derivation_of(&self, name: &str, output: &str, derivations: &[&str], sources: &[&str]) {
        let path = |name: &str| {
            let path = self.folder.path(&format!("store/{name}"));
            path.display().to_string()
        };
        let derivations: Vec<_> = derivations
            .iter()
            .map(|name| format!(r#"("{}",["out"])"#, path(name)))
            .collect();
        let sources: Vec<_> = sources
            .iter()
            .map(|name| match name.strip_prefix('=') {
                Some(name) => path(name),
                None => self.source_file(name),
            })
            .map(|path| format!(r#""{path}""#))
            .collect();
        let text = format!(
            r#"Derive([("out",{output})],[{}],[{}],"x86_64-linux","/bin/sh",["-c","make \"it\"\n"],[("name","x")])"#,
            derivations.join(","),
            sources.join(",")
        );
        self.folder.write(format!("store/{name}"), text);
    }

    /// Writes a source to the store under the name that Nix gives it. Returns its path.
    pub(crate) fn source_file(&self, name: &str) -> String {
        self.folder.write("plain", "content");
        let store = self.folder.path("store");
        let named = source_name(&store, &self.folder.path("plain"), name).unwrap();
        self.folder.remove("plain");
        self.folder.write(format!("store/{named}"), "content");
        store.join(named).display().to_string()
    }

    /// Sets the script that answers one kind of call.
    pub(crate) fn script(&self, what: &str, script: &str) {
        self.folder.write(format!("fake/{what}.sh"), script);
    }

    /// Sets the `revision` and the `narHash` that the fake answers for the source.
    pub(crate) fn source(&self, source: &Value) {
        let metadata = json!({
            "locked": { "narHash": source["narHash"], "type": "git", "rev": source["revision"] },
            "revision": source["revision"],
            "path": self.folder.path("source"),
        });
        self.script("metadata", &format!("echo '{metadata}'"));
    }

    /// Sets the settings that the fake shows.
    pub(crate) fn settings(&self, values: &Value) {
        let values = values.as_object().unwrap();
        let shown: Value = values
            .iter()
            .map(|(name, value)| (name.clone(), json!({ "value": value })))
            .collect();
        self.script("settings", &format!("echo '{shown}'"));
    }

    /// Both builds were in the store before. Built again, they come out the same.
    pub(crate) fn stored(&self) {
        self.script("path-info", r#"echo "[{\"path\":\"$last\",\"ultimate\":true}]""#);
        self.script("again", ":");
    }

    /// The program for this folder. It finds the fake before any other nix.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.folder.command(PROGRAM);
        command.env("PATH", self.search_path()).args(arguments);
        command
    }

    /// PATH with the folder of the fake in front.
    fn search_path(&self) -> String {
        let path = std::env::var("PATH").unwrap();
        format!("{}:{path}", self.folder.path("fake").display())
    }

    pub(crate) fn run(&self, arguments: &[&str], expected_code: i32) -> Output {
        self.folder.expect(&mut self.command(arguments), expected_code)
    }

    /// Runs the program in the folder. A single space separates the arguments.
    pub(crate) fn run_words(&self, arguments: &str, expected_code: i32) -> Output {
        self.run(&words(arguments), expected_code)
    }

    /// Runs a shell script. `$0` is the program, and `nix` is the fake.
    pub(crate) fn shell(&self, script: &str, expected_code: i32) -> Output {
        let mut shell = self.folder.command("sh");
        shell.env("PATH", self.search_path()).args(["-c", script, PROGRAM]);
        self.folder.expect(&mut shell, expected_code)
    }

    /// The calls of nix, one on each line.
    pub(crate) fn calls(&self) -> String {
        String::from_utf8(self.folder.read("fake/calls")).unwrap()
    }
}
