//! A postmortem file as text: front matter as a spanned tree, the body as blocks and sections.
//!
//! Parsing never fails: whatever could not be read becomes a [`Problem`] and the rest is still read.
//! What the parts mean (a timeline, an action item) is for [`crate::postmortem`].

pub mod block;
mod body;
pub mod destination;
mod fence;
pub mod mapping;
pub mod markup;
pub mod run;
pub mod section;
mod tag;
pub mod yaml;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::source::{Source, Span};
use block::Block;
pub use body::options;
use markup::Markup;
use section::Section;
use yaml::Node;

/// What kind of flaw a [`Problem`] is; each kind is told by exactly one rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// The file or its front matter cannot be read at this place.
    FrontMatter,
    /// A key nobody knows.
    UnknownField,
    /// A value of the wrong type, outside its list, or a time without an offset.
    BadValue,
}

/// A flaw met while reading, with its place and the way to mend it.
#[derive(Clone, Debug)]
pub struct Problem {
    /// Which rule tells it.
    pub kind: ProblemKind,
    /// Where.
    pub span: Span,
    /// What is wrong; lower case, no full stop.
    pub message: String,
    /// How to mend it; begins with a verb.
    pub help: String,
    /// A second place worth seeing.
    pub related: Option<(Span, String)>,
}

impl Problem {
    /// A problem at one place.
    pub fn new(kind: ProblemKind, span: Span, message: String, help: String) -> Self {
        Self {
            kind,
            span,
            message,
            help,
            related: None,
        }
    }
}

/// The front matter as read.
#[derive(Debug, Default)]
pub struct FrontMatter {
    /// The opening fence line; the first line where there is none.
    pub fence: Span,
    /// The text between the fences.
    pub span: Span,
    /// The top mapping, as far as it could be read.
    pub tree: Option<Node>,
    /// Whether all of it could be read: only then does a missing key mean that it is missing.
    pub complete: bool,
}

/// A link or an image of the body.
#[derive(Clone, Debug)]
pub struct Link {
    /// The whole construct, brackets and all; of a tag that tag alone.
    pub span: Span,
    /// The target as written, unescaped.
    pub target: String,
    /// The visible text, or an image's alternative text.
    pub text: String,
    /// Whether it is an image.
    pub image: bool,
    /// Whether it is written as a tag of HTML; the text of such a link is not known, that of an image is its `alt`.
    pub html: bool,
}

/// An HTML comment of the body.
#[derive(Clone, Debug)]
pub struct Comment {
    /// The comment with its marks.
    pub span: Span,
    /// The text between the marks, trimmed.
    pub text: String,
    /// The block that follows it, which an `allow` comment covers.
    pub covers: Option<Span>,
}

/// One file, read as far as it can be read.
#[derive(Debug)]
pub struct Document {
    /// The text and its path.
    pub source: Arc<Source>,
    /// The front matter.
    pub front: FrontMatter,
    /// The body, from after the front matter to the end.
    pub body: Span,
    /// The top-level blocks of the body in order.
    pub blocks: Vec<Block>,
    /// The body as it is shown.
    pub markup: Markup,
    /// The sections, in order; each holds the range of its blocks.
    pub sections: Vec<Section>,
    /// HTML comments in order.
    pub comments: Vec<Comment>,
    /// Links and images in order.
    pub links: Vec<Link>,
    /// What a link can lead to: the anchors of all headings in order, also of those in lists and quotes, and ids of HTML.
    pub anchors: Vec<String>,
    /// Raw HTML other than comments, in order: a tag inside a line, or a whole block.
    pub html: Vec<Span>,
    /// Whether the body holds raw HTML other than comments.
    pub has_html: bool,
    /// Flaws met while reading.
    pub problems: Vec<Problem>,
}

impl Document {
    /// Reads a source. Never fails and never panics, whatever the bytes.
    pub fn parse(source: Arc<Source>) -> Self {
        let mut problems = Vec::new();
        if let Some(at) = source.invalid_at() {
            let binary = source.text().contains('\0');
            let (message, help) = if binary {
                (
                    "this is not a text file",
                    "move binary files into the postmortem's own folder, under a name that does not end in `.md`",
                )
            } else {
                ("this byte is not UTF-8", "save the file as UTF-8")
            };
            let span = Span::new(at as usize, at as usize + 1);
            problems.push(Problem::new(
                ProblemKind::FrontMatter,
                span,
                message.into(),
                help.into(),
            ));
            if binary {
                return Self::unreadable(source, problems);
            }
        }
        let fences = fence::find(&source, &mut problems);
        let mut front = FrontMatter {
            fence: fences.open,
            span: fences.yaml.unwrap_or_default(),
            tree: None,
            complete: false,
        };
        if let Some(span) = fences.yaml {
            let parsed = yaml::parse(&source, span);
            front.complete = parsed.complete && fences.closed;
            front.tree = parsed.root;
            problems.extend(parsed.problems);
        }
        let body = body::parse(&source, fences.body);
        Self {
            front,
            body: fences.body,
            sections: section::split(&source, fences.body, &body.blocks),
            blocks: body.blocks,
            markup: body.markup,
            comments: body.comments,
            links: body.links,
            anchors: body.anchors,
            html: body.html,
            has_html: body.has_html,
            problems,
            source,
        }
    }

    /// Lets go of the blocks and the YAML tree, once nobody looks at them any more; sections keep their places.
    pub fn forget_blocks(&mut self) {
        self.blocks = Vec::new();
        self.front.tree = None;
        for section in &mut self.sections {
            (section.own, section.all) = (0..0, 0..0);
        }
    }

    /// A document of which nothing can be read but the given problems.
    pub fn unreadable(source: Arc<Source>, problems: Vec<Problem>) -> Self {
        let end = source.text().len();
        Self {
            source,
            front: FrontMatter::default(),
            body: Span::new(end, end),
            blocks: Vec::new(),
            markup: Markup::default(),
            sections: Vec::new(),
            comments: Vec::new(),
            links: Vec::new(),
            anchors: Vec::new(),
            html: Vec::new(),
            has_html: false,
            problems,
        }
    }
}
