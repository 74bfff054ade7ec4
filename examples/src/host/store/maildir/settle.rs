//! After a start: the files become what the journal says, whatever was left undone.
use std::{
    collections::HashSet,
    fs,
    io::{self, ErrorKind},
    path::Path,
    sync::Arc,
};

use mailwire_message::maildir::FileName;

use super::{Maildir, Place, Places};
use crate::host::{
    mail::Flags,
    store::{Expected, Found, names},
};

impl Maildir {
    pub(super) fn put_in_order(&self, expected: Expected) -> io::Result<Found> {
        let mut found = Found::default();
        for mailbox in &expected.mailboxes {
            self.create(&names::folder(mailbox))?;
        }
        let folders = self.folders()?;
        let mut there = Places::new();
        for folder in &folders {
            self.look(folder, &mut there)?;
        }
        {
            let mut places = self.places();
            for (name, mailbox, letters) in &expected.texts {
                match there.remove(name) {
                    Some(place) => {
                        let to = Place::of(mailbox, *letters, !matches!(place, Place::Cur(..)));
                        places.insert(Arc::clone(name), place);
                        self.move_to(&mut places, name, to)?;
                    }
                    // Another account may want it too; the drafts are tidied later.
                    None if self.scratch(name).exists() => {
                        let to = Place::of(mailbox, *letters, true);
                        fs::hard_link(self.scratch(name), self.path(name, &to))?;
                        self.touch(&to);
                        places.insert(Arc::clone(name), to);
                    }
                    None => found.missing.push(Arc::clone(name)),
                }
            }
        }
        self.sort_out(there, &folders, &expected, &mut found)?;
        folders.into_iter().for_each(|folder| self.looks().add(folder));
        Ok(found)
    }

    /// Looks at what is left: to be removed, or somebody else's.
    fn sort_out(
        &self,
        there: Places,
        folders: &[String],
        expected: &Expected,
        found: &mut Found,
    ) -> io::Result<()> {
        let gone: HashSet<_> = expected.gone.iter().map(|name| &**name).collect();
        let mut filled = HashSet::new();
        let mut places = self.places();
        for (name, place) in there {
            let Some(folder) = place.folder() else { continue };
            if gone.contains(&*name) {
                fs::remove_file(self.path(&name, &place))?;
                continue;
            }
            filled.insert(folder.to_string());
            let mailbox = names::mailbox(folder).unwrap_or("INBOX".into()).into();
            found.texts.push((Arc::clone(&name), mailbox, Flags::from_letters(place.letters())));
            places.insert(name, place);
        }
        // As if they had come one after the other.
        found.texts.sort_by(|(one, ..), (other, ..)| one.cmp(other));
        let known = |name: &String| expected.mailboxes.iter().any(|m| names::folder(m) == **name);
        let former =
            |name: &String| expected.gone_mailboxes.iter().any(|m| names::folder(m) == *name);
        for folder in folders.iter().filter(|folder| !folder.is_empty() && !known(folder)) {
            if former(folder) && !filled.contains(folder) {
                fs::remove_dir_all(self.dir.join(folder))?;
            } else if let Some(mailbox) = names::mailbox(folder) {
                self.create(folder)?;
                found.mailboxes.push(mailbox.into());
            }
        }
        Ok(())
    }

    /// The folders that are there and can be mailboxes.
    pub(super) fn folders(&self) -> io::Result<Vec<String>> {
        let mut folders = vec![String::new()];
        for entry in fs::read_dir(&self.dir)? {
            let entry = entry?;
            let name = entry.file_name().into_string().unwrap_or_default();
            if names::mailbox(&name).is_some() && entry.path().join("cur").is_dir() {
                folders.push(name);
            }
        }
        Ok(folders)
    }

    /// The texts in a folder.
    pub(super) fn look(&self, folder: &str, there: &mut Places) -> io::Result<()> {
        let dir = self.dir.join(folder);
        let folder: Arc<str> = folder.into();
        for part in ["new", "cur"] {
            for name in files(&dir.join(part))? {
                let Ok(parsed) = FileName::parse(&name) else { continue };
                // Some programs put flags into names in `new`, too.
                if part == "new" && !name.contains(":2,") {
                    there.entry(name.into()).or_insert_with(|| Place::New(Arc::clone(&folder)));
                    continue;
                }
                let base = name.rsplit_once(":2,").map_or(&*name, |(base, _)| base);
                // The letters in their order: how a name is made again of its parts.
                let exact = format!("{base}:2,{}", parsed.flags());
                if (part == "new" || name != exact)
                    && !give_name(&dir.join(part).join(&name), &dir.join("cur").join(&exact))?
                {
                    continue;
                }
                let place = Place::Cur(Arc::clone(&folder), parsed.flags());
                there.entry(base.into()).or_insert(place);
            }
        }
        Ok(())
    }
}

/// Gives a file another name, if none has it; says whether it has it now.
fn give_name(from: &Path, to: &Path) -> io::Result<bool> {
    if to.exists() {
        return Ok(false);
    }
    match fs::rename(from, to) {
        // Another program has just given it yet another name.
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        renamed => renamed.map(|()| true),
    }
}

fn files(dir: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut names = Vec::new();
    for entry in entries {
        // What has no name in UTF-8, and what is hidden, is no message.
        let name = entry?.file_name().into_string().unwrap_or_default();
        if !name.is_empty() && !name.starts_with('.') {
            names.push(name);
        }
    }
    Ok(names)
}
