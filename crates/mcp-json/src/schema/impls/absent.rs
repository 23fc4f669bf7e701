//! Finds out whether a foreign type is an `Option`. Such a type implements no trait of this crate. The method for `Option<T>` and the
//! method for every `T` have the same name, and the compiler prefers the first.

use alloc::boxed::Box;
use core::marker::PhantomData;

/// A type that is looked at.
#[derive(Debug)]
pub struct ForeignType<T>(PhantomData<T>);

impl<T> ForeignType<Option<T>> {
    /// An option may be left out.
    pub const OPTIONAL: bool = true;

    /// It is `None` then.
    pub const ABSENT: fn() -> Option<Option<T>> = || Some(None);
}

impl<T> ForeignType<Box<Option<T>>> {
    /// An option may be left out.
    pub const OPTIONAL: bool = true;

    /// It is `None` then.
    pub const ABSENT: fn() -> Option<Box<Option<T>>> = || Some(Box::new(None));
}

/// What holds for all other types.
pub trait NotOptional {
    /// The type that is looked at.
    type Of;

    /// It must be there.
    const OPTIONAL: bool = false;

    /// There is no value without one.
    const ABSENT: fn() -> Option<Self::Of> = || None;
}

impl<T> NotOptional for ForeignType<T> {
    type Of = T;
}
