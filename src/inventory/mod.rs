//! Inventories as files: bytes → records → what they would change; and listings → files. PURE: it is handed
//! bytes and listings, and answers; it opens no file, asks no store and no clock.
//!
//! Reading order: [`read`] (bytes → rows of text, told apart by content and bounded), [`columns`] (which
//! column means what), [`entry`] (record → entry, cell by cell through [`values`]: text → value, or words
//! why not), [`compare`] (entry × listing → verdict), [`mod@write`] (listings → CSV and XLSX), [`words`]
//! (what people read about all of it). Beside them, photos: [`picture`] (a file → the sizes that are kept)
//! and [`photo_zip`] (many, named by code).

pub mod cells;
pub mod columns;
pub mod compare;
pub mod entry;
pub mod ground;
pub mod parts;
pub mod photo_zip;
pub mod picture;
pub mod read;
pub mod text;
pub mod values;
pub mod words;
pub mod write;

pub mod vocabulary;

mod numbers;
mod prices;
mod wanted;
mod workbook;

pub use self::read::Unreadable;
