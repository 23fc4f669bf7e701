//! The allocator that a program may choose.

crate::natively! {
    #[doc(hidden)]
    pub use tikv_jemallocator::Jemalloc;

    /// Has a program allocate by jemalloc, which gives memory back to the system within seconds after a load; glibc's allocator
    /// keeps several times as much. Stands once in a program, outside of functions. On WASI the program keeps its allocator.
    /// jemalloc does not build with Microsoft's tools.
    #[macro_export]
    macro_rules! jemalloc {
        () => {
            #[global_allocator]
            static ALLOCATOR: $crate::jemalloc::Jemalloc = $crate::jemalloc::Jemalloc;
        };
    }
}

crate::on_wasi! {
    /// Has a program allocate by jemalloc natively; on WASI the program keeps its allocator.
    #[macro_export]
    macro_rules! jemalloc {
        () => {};
    }
}
