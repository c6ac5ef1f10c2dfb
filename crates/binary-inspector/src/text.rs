//! Formats an inspection for people.

use std::fmt::Write as _;

use binary_formats::format_unix_time;
use binary_formats::macho::signature::Pages;
use build_info::VersionSource;
use untrusted_input::spelling::plural;

use crate::dependencies::Dependency;
use crate::image::{Image, ImageKind, Linkage, Packer, Signature};
use crate::inspection::Inspection;

/// Shown where the file records nothing.
const NOT_RECORDED: &str = "not recorded";

impl Inspection {
    /// The inspection as text. `name` is the file's name to show.
    pub fn to_text(&self, name: &str) -> String {
        let mut lines = Lines(format!("{name}\n"));
        lines.add("format", self.format);
        lines.add("size", plural(self.size_bytes, "byte", "bytes"));
        lines.add("sha256", self.sha256);
        lines.list("std commit", &self.rustc_commits, NOT_RECORDED);
        lines.list("leaked path", &self.leaked_paths.paths, "none");
        if self.leaked_paths.omitted > 0 {
            lines.add("", format_args!("and {} more", self.leaked_paths.omitted));
        }
        for image in &self.images {
            lines.image(image);
        }
        lines.0
    }
}

struct Lines(String);

impl Lines {
    fn add(&mut self, name: &str, value: impl std::fmt::Display) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.0, "  {name:<13} {value}");
    }

    /// Writes one line per value, with the name before the first.
    fn list<T: std::fmt::Display>(&mut self, name: &str, values: &[T], if_empty: &str) {
        match values {
            [] => self.add(name, if_empty),
            [first, more @ ..] => {
                self.add(name, first);
                more.iter().for_each(|value| self.add("", value));
            }
        }
    }

    fn option(&mut self, name: &str, value: Option<&String>, if_empty: &str) {
        self.add(name, value.map_or(if_empty, String::as_str));
    }

    fn stamp(&mut self, image: &Image) {
        let Some(stamp) = &image.stamp else {
            return self.add("stamp", image.packer.map_or("none", unreadable));
        };
        let dirty = if stamp.dirty { ", dirty" } else { "" };
        self.add("stamp", format_args!("{} {}", stamp.name, stamp.version));
        self.add(
            "version from",
            match stamp.version_from {
                VersionSource::Cargo => "the package's manifest",
                VersionSource::Git => "the package's manifest and the commit",
            },
        );
        self.add("revision", format_args!("{}{dirty}", stamp.revision));
        self.add("source date", stamp.source_date());
        self.add("target", &stamp.target);
        self.add("toolchain", &stamp.toolchain);
        self.option("profile", stamp.profile.as_ref(), NOT_RECORDED);
        self.list("feature", &stamp.features, "none");
    }

    fn image(&mut self, image: &Image) {
        let kind = match image.kind {
            ImageKind::Executable => "executable",
            ImageKind::SharedLibrary => "shared library",
            ImageKind::Object => "object file",
            ImageKind::Other => "of another kind",
        };
        self.add("architecture", format_args!("{}, {kind}", image.architecture));
        self.stamp(image);
        match (&image.system, &image.least_system_version) {
            (Some(system), Some(least)) => self.add("system", format_args!("{system} {least} or newer")),
            (system, _) => self.option("system", system.as_ref(), NOT_RECORDED),
        }
        self.list("compiler", &image.compilers, NOT_RECORDED);
        self.add(
            "linkage",
            match image.linkage {
                Linkage::Static => "static",
                Linkage::Dynamic => "dynamic",
            },
        );
        self.option("interpreter", image.interpreter.as_ref(), "none");
        self.list("library", &image.libraries, "none");
        self.list("search path", &image.search_paths, "none");
        self.list("hardening", &image.hardening, NOT_RECORDED);
        self.option("build id", image.build_id.as_ref(), NOT_RECORDED);
        if let Some(secs) = image.link_time_secs {
            self.add("link time", format_unix_time(secs));
        }
        match &image.least_glibc {
            Some(version) => self.add("glibc", format_args!("{version} or newer")),
            None => self.add("glibc", "not needed"),
        }
        self.option("CPU level", image.cpu_level.as_ref(), NOT_RECORDED);
        self.list("instrumented", &image.instrumentation, NOT_RECORDED);
        match &image.dependencies {
            Some(list) => {
                let list: Vec<_> = list.iter().map(dependency).collect();
                self.list("dependency", &list, "none");
            }
            None => self.add("dependency", image.packer.map_or(NOT_RECORDED, unreadable)),
        }
        self.add("signature", signature(image.signature.as_ref()));
    }
}

/// Shown instead of what a packed file hides.
fn unreadable(packer: Packer) -> &'static str {
    match packer {
        Packer::Upx => "cannot be read: the file is packed by UPX, unpack a copy with `upx -d` first",
    }
}

fn dependency(dependency: &Dependency) -> String {
    let text = format!("{} {} ({}", dependency.name, dependency.version, dependency.source);
    let more = match (dependency.is_root, dependency.is_build_only) {
        (true, _) => ", the program itself)",
        (false, true) => ", only to build)",
        (false, false) => ")",
    };
    // Names come from the file, so they are escaped.
    untrusted_input::spelling::escape(format!("{text}{more}").as_bytes())
}

fn signature(signature: Option<&Signature>) -> String {
    let Some(signature) = signature else {
        return "none".into();
    };
    let kind = if signature.has_certificate {
        "with a certificate"
    } else {
        "ad hoc"
    };
    let mut text = kind.to_owned();
    for (name, value) in [("identifier", &signature.identifier), ("team", &signature.team)] {
        if let Some(value) = value {
            text.push_str(&format!(", {name} {value}"));
        }
    }
    let pages = match signature.pages {
        Pages::Intact => "every page is as signed",
        Pages::Damaged => "but the pages are not those that were signed",
        Pages::NotChecked => "not checked",
    };
    format!("{text}, {pages}")
}
