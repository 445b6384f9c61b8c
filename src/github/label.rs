//! The labels of the repository.

use serde::{Deserialize, Serialize};

use super::{Client, Failure};

/// A label.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Label {
    /// Its name, at most 50 characters; case makes no difference.
    pub name: String,
    /// Its colour: six hexadecimal digits.
    #[serde(default)]
    pub color: String,
    /// What it is for, at most 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

impl Client {
    /// Every label.
    pub fn labels(&self) -> Result<Vec<Label>, Failure> {
        self.list("{repo}/labels")
    }

    /// Makes a label, sent once; whether it was made, or was there already.
    pub fn create_label(&self, label: &Label) -> Result<bool, Failure> {
        match self.post::<serde::de::IgnoredAny>("{repo}/labels", label) {
            Ok(_) => Ok(true),
            Err(Failure::Refused {
                status: 422,
                message,
                ..
            }) if message.contains("already_exists") => Ok(false),
            Err(failure) => Err(failure),
        }
    }
}
