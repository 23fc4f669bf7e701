//! Types that need no derive.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Map, Number, Value};

use crate::{Case, cases};

pub fn cases() -> Vec<Case> {
    cases![
        bool,
        i8,
        i16,
        i32,
        i64,
        i128,
        isize,
        u8,
        u16,
        u32,
        u64,
        u128,
        usize,
        f32,
        f64,
        char,
        String,
        Box<str>,
        Cow<'static, str>,
        (),
        Option<String>,
        Option<Option<u8>>,
        Option<Value>,
        Option<Vec<Option<bool>>>,
        Box<u8>,
        Vec<String>,
        Vec<Vec<u8>>,
        Vec<Value>,
        [bool; 0],
        [i16; 3],
        (u8,),
        (String, f64),
        (u8, u8, u8, bool),
        (u8, i8, u16, i16, char, ()),
        BTreeMap<String, u8>,
        BTreeMap<String, Vec<bool>>,
        HashMap<String, bool>,
        BTreeSet<String>,
        BTreeSet<u8>,
        Value,
        Map<String, Value>,
        Number,
    ]
}
