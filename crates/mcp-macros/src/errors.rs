//! The errors of one macro call, gathered so that all are reported at once.

use std::fmt::Display;

use proc_macro2::TokenStream;
use quote::ToTokens;

/// Errors in the order in which they were found.
#[derive(Default)]
pub(crate) struct Errors {
    all: Option<syn::Error>,
    count: usize,
}

impl Errors {
    /// Reports `message` at the tokens `at`.
    pub(crate) fn push(&mut self, at: impl ToTokens, message: impl Display) {
        self.add(syn::Error::new_spanned(at, message));
    }

    /// Reports an error that already has its place.
    pub(crate) fn add(&mut self, error: syn::Error) {
        self.count += 1;
        match &mut self.all {
            Some(first) => first.combine(error),
            None => self.all = Some(error),
        }
    }

    /// The value of a result; its error is kept here.
    pub(crate) fn keep<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.add(error)).ok()
    }

    /// The value of a result; the default in place of an error, which is kept here.
    pub(crate) fn keep_or_default<T: Default>(&mut self, result: syn::Result<T>) -> T {
        self.keep(result).unwrap_or_default()
    }

    /// How often something was reported.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// The value, if nothing was reported.
    pub(crate) fn into_result<T>(self, value: T) -> syn::Result<T> {
        self.all.map_or(Ok(value), Err)
    }

    /// The `compile_error!` calls that report everything.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.all.map(syn::Error::into_compile_error).unwrap_or_default()
    }
}
