//! In: paths. Out: programs and their files.
