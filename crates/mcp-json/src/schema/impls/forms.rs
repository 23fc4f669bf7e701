//! The types of the standard library and of serde_json that a form can ask for.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use serde_json::Number;

use crate::schema::{Form, FormChoice, FormField};

macro_rules! fields {
    ($($type:ty),+) => {$(
        impl FormField for $type {}
    )+};
}

fields!(bool, i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, f32, f64, Number);
fields!(char, String, Box<str>, Cow<'static, str>);

impl<T: FormField> FormField for Option<T> {}
impl<T: FormField> FormField for Box<T> {}
impl<T: FormChoice> FormField for Vec<T> {}
impl<T: FormChoice> FormField for BTreeSet<T> {}
impl<T: FormChoice, const N: usize> FormField for [T; N] {}

impl<T: FormChoice> FormChoice for Option<T> {}
impl<T: FormChoice> FormChoice for Box<T> {}

impl<T: Form> Form for Option<T> {}
impl<T: Form> Form for Box<T> {}
