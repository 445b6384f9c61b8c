//! Two folders change places in one step.
//!
//! Owns the one call that systems differ in. Where there is none, files are exchanged one by one.

use std::io;
use std::path::Path;

/// Exchanges two folders on one disk: whoever looks sees the one or the other, never a part and never nothing.
#[cfg(any(target_os = "linux", target_vendor = "apple"))]
pub(super) fn folders(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).map_err(io::Error::from)
}

#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
pub(super) fn folders(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
