//! Where the postmortems of a pull request lie.
//!
//! By the configuration at its base or by its own: one that moves the folder, or takes a file out of `ignore`, brings nothing
//! in unseen. Who is asked about them is for the policy at the base alone.

use super::snapshot::{Law, Snapshots};
use crate::config::{Config, PLACES};
use crate::error::Error;
use crate::files;

/// Whether a path of the workspace is a postmortem's.
type Ours = Box<dyn Fn(&str) -> bool>;

/// The places.
pub(super) struct Places {
    offset: String,
    /// The folders in the repository, those of the base first.
    folders: Vec<String>,
    ours: Vec<Ours>,
}

impl Places {
    /// By what is in force, and by what is in the configuration at `tip` where that can be read.
    pub(super) fn of(law: &Law, tip: &str, snapshots: &Snapshots<'_>) -> Result<Self, Error> {
        let mut places = Self {
            offset: snapshots.offset().into(),
            folders: Vec::new(),
            ours: Vec::new(),
        };
        places.add(&law.config)?;
        let is_there = snapshots.tree(tip, PLACES[0])?.is_some();
        match is_there.then(|| snapshots.config(tip)) {
            Some(Ok(own)) => places.add(&own)?,
            // What nobody can read moves nothing; validating says that it is wrong.
            None | Some(Err(Error::Config { .. })) => {}
            Some(Err(error)) => return Err(error),
        }
        Ok(places)
    }

    fn add(&mut self, config: &Config) -> Result<(), Error> {
        let ignore: Vec<&str> = config
            .ignore
            .iter()
            .map(|glob| glob.value.as_str())
            .collect();
        let ours = files::postmortem_paths(&config.postmortems, &ignore)?;
        let folder = format!("{}{}", self.offset, config.postmortems);
        if !self.folders.contains(&folder) {
            self.folders.push(folder);
        }
        self.ours.push(Box::new(ours));
        Ok(())
    }

    /// Whether a path of the repository is a postmortem's.
    pub(super) fn have(&self, path: &str) -> bool {
        let inside = path.strip_prefix(&self.offset);
        inside.is_some_and(|path| self.ours.iter().any(|ours| ours(path)))
    }

    /// The folders in the repository.
    #[cfg(feature = "github")]
    pub(super) fn folders(&self) -> &[String] {
        &self.folders
    }
}
