//! Inspects a WebAssembly module: its imports, producers and features.

use std::collections::BTreeSet;

use binary_formats::content::Content;
use binary_formats::wasm::{Leb128, sections};
use binary_formats::{Context, MapFailure, malformed};
use untrusted_input::spelling::escape;

use crate::contents;
use crate::image::{Image, ImageKind};
use crate::instrumentation;

const IMPORT_SECTION: u8 = 2;
/// Id of the names of data segments, in the `name` section.
const SEGMENT_NAMES: u8 = 9;
/// Longest section that is read.
const LONGEST_SECTION_BYTES: u64 = 4 << 20;

pub(super) fn inspect(content: &Content, context: &mut Context) -> Result<Image, MapFailure> {
    let mut image = Image {
        architecture: "wasm32".into(),
        kind: ImageKind::Executable,
        ..Image::default()
    };
    let sections = sections(content, &context.limits)?;
    let mut segments = Vec::new();
    for section in &sections {
        let inside = content.slice(section.range.clone());
        let reader = || -> Result<Reader, MapFailure> {
            if inside.length() > LONGEST_SECTION_BYTES {
                return Err(malformed(format!("its {} is too long", section.name)));
            }
            let bytes = inside.bytes(0, inside.length() as usize)?;
            Ok(Reader { bytes, at: 0 })
        };
        match (section.id, section.name.as_str()) {
            (IMPORT_SECTION, _) => image.libraries = imports(&mut reader()?)?,
            (0, "producers") => image.compilers = producers(&mut reader()?)?,
            (0, "target_features") => image.cpu_level = Some(features(&mut reader()?)?),
            // NB: names may be wrong or many; a module is valid without them.
            (0, "name") => segments = reader().and_then(|mut it| segment_names(&mut it)).unwrap_or_default(),
            _ => {}
        }
    }
    let wasi = |name: &String| match name.as_str() {
        "wasi_snapshot_preview1" => Some("WASI preview 1".to_owned()),
        name if name.starts_with("wasi:") => Some("WASI preview 2".to_owned()),
        _ => None,
    };
    image.system = image.libraries.iter().find_map(wasi);
    let custom = sections.iter().filter(|section| section.id == 0);
    let mut named: Vec<_> = custom
        .map(|section| contents::Section {
            name: &section.name,
            range: section.range.clone(),
        })
        .collect();
    // Linkers make data segments of sections. Only their names are known, if those were not stripped.
    named.extend(segments.iter().map(|name| contents::Section { name, range: 0..0 }));
    contents::add(&mut image, content, &named, context)?;
    Ok(image)
}

struct Reader {
    bytes: Vec<u8>,
    at: usize,
}

impl Reader {
    fn take(&mut self, length: u64) -> Result<&[u8], MapFailure> {
        let end = usize::try_from(length)
            .ok()
            .and_then(|length| self.at.checked_add(length));
        let taken = end.and_then(|end| self.bytes.get(self.at..end));
        let taken = taken.ok_or_else(|| malformed("a section in it is cut off"))?;
        self.at += taken.len();
        Ok(taken)
    }

    fn number(&mut self) -> Result<u64, MapFailure> {
        let number = Leb128::read(self.bytes.get(self.at..).unwrap_or_default())?;
        self.at += number.length_bytes as usize;
        Ok(number.value)
    }

    fn byte(&mut self) -> Result<u8, MapFailure> {
        self.take(1).map(|bytes| bytes[0])
    }

    fn text(&mut self) -> Result<String, MapFailure> {
        let length = self.number()?;
        self.take(length).map(escape)
    }

    /// Skips the limits of a table or a memory.
    fn limits(&mut self) -> Result<(), MapFailure> {
        let has_maximum = self.byte()? & 1 != 0;
        self.number()?;
        if has_maximum {
            self.number()?;
        }
        Ok(())
    }
}

/// The distinct modules of the import section, sorted.
fn imports(reader: &mut Reader) -> Result<Vec<String>, MapFailure> {
    let mut modules = BTreeSet::new();
    for _ in 0..reader.number()? {
        modules.insert(reader.text()?);
        reader.text()?;
        match reader.byte()? {
            0 => {
                reader.number()?;
            }
            1 => {
                reader.byte()?;
                reader.limits()?;
            }
            2 => reader.limits()?,
            3 => {
                reader.take(2)?;
            }
            4 => {
                reader.byte()?;
                reader.number()?;
            }
            other => return Err(malformed(format!("an import of kind {other} is not known"))),
        }
    }
    Ok(modules.into_iter().collect())
}

/// The names of instrumentation's data segments in the `name` section.
fn segment_names(reader: &mut Reader) -> Result<Vec<String>, MapFailure> {
    while reader.byte()? != SEGMENT_NAMES {
        let length = reader.number()?;
        reader.take(length)?;
    }
    reader.number()?;
    let mut names = Vec::new();
    for _ in 0..reader.number()? {
        reader.number()?;
        names.extend(Some(reader.text()?).filter(|name| instrumentation::is_section(name)));
    }
    Ok(names)
}

/// The compilers in the `producers` section.
fn producers(reader: &mut Reader) -> Result<Vec<String>, MapFailure> {
    let mut compilers = Vec::new();
    for _ in 0..reader.number()? {
        let field = reader.text()?;
        for _ in 0..reader.number()? {
            let (name, version) = (reader.text()?, reader.text()?);
            if field == "processed-by" {
                compilers.push(format!("{name} {version}"));
            }
        }
    }
    Ok(compilers)
}

/// The features that the module uses, such as `+bulk-memory +sign-ext`.
fn features(reader: &mut Reader) -> Result<String, MapFailure> {
    let mut features = Vec::new();
    for _ in 0..reader.number()? {
        let prefix = char::from(reader.byte()?);
        features.push(format!("{}{}", prefix.escape_default(), reader.text()?));
    }
    Ok(features.join(" "))
}
