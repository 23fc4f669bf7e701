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

    /// The folder that the variable `NOTES_DIR` names, else `notes`.
    pub fn of_this_program() -> Self {
        Self::at(env::var_os("NOTES_DIR").unwrap_or_else(|| OsString::from("notes")))
    }

    /// The file of a note, and whether it is there. The only place where an id becomes a path. A symbolic link could lead out of
    /// the folder: it is no note.
    fn file(&self, id: &str) -> io::Result<(PathBuf, bool)> {
        if !is_id(id) {
            return Err(io::Error::new(ErrorKind::InvalidInput, format!("the id of a note is {ID}")));
        }
        let path = self.0.join(id).with_extension("md");
        match fs::symlink_metadata(&path) {
            Ok(found) if found.is_file() => Ok((path, true)),
            Ok(_) => Err(io::Error::new(ErrorKind::InvalidInput, format!("{id}.md is no file"))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok((path, false)),
            Err(error) => Err(error),
        }
    }

    /// The text of a note; `None` when there is none.
    pub fn read(&self, id: &str) -> io::Result<Option<String>> {
        let (path, exists) = self.file(id)?;
        exists.then(|| fs::read_to_string(path)).transpose()
    }

    /// Writes a note; whether it is a new one.
    pub fn write(&self, id: &str, text: &str) -> io::Result<bool> {
        let (path, exists) = self.file(id)?;
        fs::create_dir_all(&self.0).map_err(|error| {
            io::Error::new(error.kind(), format!("there is no folder for notes: {error}"))
        })?;
        fs::write(path, text)?;
        Ok(!exists)
    }

    /// Deletes a note; whether there was one.
    pub fn delete(&self, id: &str) -> io::Result<bool> {
        let (path, exists) = self.file(id)?;
        if exists {
            fs::remove_file(path)?;
        }
        Ok(exists)
    }

    /// The ids of all notes, sorted. What is no note is passed over.
    pub fn ids(&self) -> io::Result<Vec<String>> {
        let files = match fs::read_dir(&self.0) {
            Ok(files) => files,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut ids = Vec::new();
        for file in files {
            let file = file?;
            let (name, is_file) = (file.file_name(), file.file_type()?.is_file());
            let id = name.to_str().and_then(|name| name.strip_suffix(".md")).filter(|_| is_file);
            ids.extend(id.filter(|id| is_id(id)).map(str::to_owned));
        }
        ids.sort_unstable();
        Ok(ids)
    }
}
