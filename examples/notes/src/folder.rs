//! Notes as files of one folder: `<id>.md`.

use std::ffi::OsString;
use std::io::{self, ErrorKind};
use std::path::PathBuf;
use std::{env, fs};

/// What an id looks like; see [`is_id`].
pub const ID: &str = "1 to 64 of a-z, 0-9 and -";

/// Whether `text` is the id of a note. No dot and no separator can be in it: an id never names another folder.
pub fn is_id(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=64).contains(&text.len()) && text.bytes().all(allowed)
}

/// The folder.
pub struct Folder(PathBuf);

impl Folder {
    /// The folder at `path`, made when the first note is written.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// The folder that the first argument of the program names, else the variable `NOTES_DIR`, else `notes`.
    pub fn of_this_program() -> Self {
        let named = env::args_os().nth(1).or_else(|| env::var_os("NOTES_DIR"));
        Self::at(named.unwrap_or_else(|| OsString::from("notes")))
    }

    /// The file of a note. The only place where an id becomes a path.
    fn file(&self, id: &str) -> io::Result<PathBuf> {
        if is_id(id) {
            Ok(self.0.join(id).with_extension("md"))
        } else {
            Err(io::Error::new(ErrorKind::InvalidInput, format!("the id of a note is {ID}")))
        }
    }

    /// The text of a note; `None` when there is none.
    pub fn read(&self, id: &str) -> io::Result<Option<String>> {
        match fs::read_to_string(self.file(id)?) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes a note; whether it is a new one.
    pub fn write(&self, id: &str, text: &str) -> io::Result<bool> {
        let file = self.file(id)?;
        fs::create_dir_all(&self.0).map_err(|error| {
            io::Error::new(error.kind(), format!("there is no folder for notes: {error}"))
        })?;
        let new = !file.try_exists()?;
        fs::write(file, text)?;
        Ok(new)
    }

    /// Deletes a note; whether there was one.
    pub fn delete(&self, id: &str) -> io::Result<bool> {
        match fs::remove_file(self.file(id)?) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The ids of all notes, sorted. Files that are no notes are passed over.
    pub fn ids(&self) -> io::Result<Vec<String>> {
        let files = match fs::read_dir(&self.0) {
            Ok(files) => files,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut ids = Vec::new();
        for file in files {
            let name = file?.file_name();
            let id = name.to_str().and_then(|name| name.strip_suffix(".md"));
            ids.extend(id.filter(|id| is_id(id)).map(str::to_owned));
        }
        ids.sort_unstable();
        Ok(ids)
    }
}
