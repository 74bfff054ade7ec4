//! A store that is gone with the host.
use std::{
    collections::HashMap,
    io::{self, ErrorKind},
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;

use super::{Draft, Effect, Expected, Found, Position, Store, Text, names};
use crate::host::mail::Change;

/// Keeps texts; that there are changes nobody else needs to know.
#[derive(Debug, Default)]
pub struct Memory {
    texts: Mutex<HashMap<Arc<str>, Bytes>>,
}

impl Store for Memory {
    fn load(&self) -> io::Result<Vec<Change>> {
        Ok(Vec::new())
    }

    fn settle(&self, _: Expected) -> io::Result<Found> {
        Ok(Found::default())
    }

    fn draft(&self) -> io::Result<Draft> {
        Ok(Draft::memory(names::unique()))
    }

    fn commit(&self, _: &[Change], effects: &[Effect]) -> io::Result<Position> {
        let mut texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        for effect in effects {
            match effect {
                Effect::Keep { draft, .. } => {
                    let text = draft.text().ok_or(ErrorKind::InvalidInput)?;
                    texts.insert(Arc::clone(draft.name()), text.clone());
                }
                Effect::Copy { from, name, .. } => {
                    let text = texts.get(from).ok_or(ErrorKind::NotFound)?.clone();
                    texts.insert(Arc::clone(name), text);
                }
                Effect::Remove { name } => {
                    texts.remove(name);
                }
                Effect::Place { .. }
                | Effect::Create { .. }
                | Effect::Rename { .. }
                | Effect::Delete { .. } => {}
            }
        }
        Ok(Position::default())
    }

    fn sync(&self, _: Position) -> io::Result<()> {
        Ok(())
    }

    fn open(&self, name: &str) -> io::Result<Text> {
        let texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Text::Here(texts.get(name).ok_or(ErrorKind::NotFound)?.clone()))
    }

    fn compact(&self, _: &[Change]) -> io::Result<()> {
        Ok(())
    }

    fn blocks(&self) -> bool {
        false
    }
}
