//! The words a field may hold.
//!
//! One enum a field, each with its names in one table; reading them is for [`super::front`].

macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $(#[doc = $about:literal] $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $(#[doc = $about] $variant),+ }

        impl $name {
            /// Every word with its meaning, in the order shown to people.
            pub const ALL: &'static [(&'static str, $name)] = &[$(($word, $name::$variant)),+];

            /// Every word with what it means, as one line for people.
            pub const ABOUT: &'static [(&'static str, &'static str)] = &[$(($word, $about.trim_ascii())),+];

            /// The word as written in the front matter.
            pub fn name(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }
        }
    };
}

choice!(
    /// What kind of event a postmortem is about.
    Kind {
        /// Something broke.
        Incident = "incident",
        /// Something nearly broke.
        NearMiss = "near-miss",
        /// Somebody got in, or could have.
        Security = "security",
        /// Somebody else's system broke.
        ThirdParty = "third-party",
    }
);
choice!(
    /// Which sections are asked for.
    Template {
        /// The whole analysis.
        Standard = "standard",
        /// The short form.
        Quick = "quick",
        /// A chain of whys.
        FiveWhys = "five-whys",
    }
);
choice!(
    /// How far the writing is. Approval is never typed.
    Status {
        /// Being written.
        Draft = "draft",
        /// Being read by others.
        InReview = "in-review",
        /// Done.
        Final = "final",
    }
);
choice!(
    /// How much of the service was gone.
    Extent {
        /// Nobody noticed.
        None = "none",
        /// Slower or less.
        Degraded = "degraded",
        /// Some could not use it.
        PartialOutage = "partial-outage",
        /// Nobody could use it.
        Outage = "outage",
    }
);
choice!(
    /// Who noticed first.
    DetectedBy {
        /// An alert.
        Monitoring = "monitoring",
        /// A customer.
        Customer = "customer",
        /// A colleague.
        Staff = "staff",
        /// A supplier or a partner.
        ThirdParty = "third-party",
    }
);
choice!(
    /// Who may read it outside the organisation.
    Audience {
        /// Nobody.
        Internal = "internal",
        /// Title, times, services and the external message.
        Summary = "summary",
        /// All but the internal blocks.
        Full = "full",
    }
);
choice!(
    /// Whether a third party did what was expected of it.
    Expectation {
        /// It did not.
        Violated = "violated",
        /// It did, and our service broke all the same.
        Met = "met",
        /// Nobody had said what to expect.
        Undefined = "undefined",
    }
);
choice!(
    /// The six categories of action items.
    ActionType {
        /// Find out what happened.
        Investigate = "investigate",
        /// Stop this incident.
        Mitigate = "mitigate",
        /// Undo its damage.
        Repair = "repair",
        /// See the next one sooner.
        Detect = "detect",
        /// Make the next one smaller.
        MitigateFuture = "mitigate-future",
        /// Keep it from coming back.
        Prevent = "prevent",
    }
);
