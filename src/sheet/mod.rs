//! A sheet: a short document that is made of values and read by people, in Markdown or in an e-mail.
//!
//! Owns its parts and how each looks in both; whatever text goes in is a stranger's, and comes out harmless: no mark-up of its
//! own, no mention, no script. Pairs of backticks become code, as in the messages of the rules. What is said in a sheet is
//! for whoever fills it.

mod html;
mod markdown;

#[cfg(test)]
mod tests;

/// How a sheet is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Markdown, as GitHub reads it; nobody is mentioned in it.
    Markdown,
    /// One HTML file with inline styles only, which mail programs show as they are sent.
    Html,
}

/// A document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// Its title, also that of a browser's tab.
    pub title: String,
    /// What stands below the title.
    pub blocks: Vec<Block>,
}

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A heading of the second level.
    Heading(Line),
    /// A heading of the third level.
    Subheading(Line),
    /// A paragraph.
    Paragraph(Line),
    /// What somebody says aloud.
    Quote(Line),
    /// Lines in no order.
    List(Vec<Line>),
    /// Lines one after the other.
    Steps(Vec<Line>),
    /// Lines to be ticked off.
    Tasks(Vec<Line>),
    /// A table.
    Table(Table),
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The header, each with whether its column holds figures.
    pub head: Vec<(String, bool)>,
    /// The rows; each begins with what it is about.
    pub rows: Vec<Vec<Line>>,
}

impl Table {
    /// A table without rows.
    pub fn new<const COLUMNS: usize>(head: [(&str, bool); COLUMNS]) -> Self {
        Self {
            head: head
                .map(|(name, figures)| (name.to_string(), figures))
                .into(),
            rows: Vec::new(),
        }
    }

    /// The same with these rows.
    #[must_use]
    pub fn with(self, rows: impl IntoIterator<Item = Vec<Line>>) -> Self {
        Self {
            rows: rows.into_iter().collect(),
            ..self
        }
    }
}

/// A line of text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Strong(String),
    Code(String),
    Aside(String),
    Link { text: String, url: String },
}

impl Line {
    /// An empty line.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Self {
        self.with(Piece::Text(text.into()))
    }

    /// Adds a text that stands out.
    #[must_use]
    pub fn strong(self, text: impl Into<String>) -> Self {
        self.with(Piece::Strong(text.into()))
    }

    /// Adds a name: an account, a path, an id. An account in it is not told.
    #[must_use]
    pub fn code(self, text: impl Into<String>) -> Self {
        self.with(Piece::Code(text.into()))
    }

    /// Adds a remark on what stands before: in brackets, in a mail below it.
    #[must_use]
    pub fn aside(self, text: impl Into<String>) -> Self {
        self.with(Piece::Aside(text.into()))
    }

    /// Adds a link; only the text where there is no address, or one that is no page of the web.
    #[must_use]
    pub fn link(self, text: impl Into<String>, url: Option<String>) -> Self {
        let text = text.into();
        match url.filter(|url| url.starts_with("https://") || url.starts_with("http://")) {
            Some(url) => self.with(Piece::Link { text, url }),
            None => self.with(Piece::Text(text)),
        }
    }

    /// Adds another line.
    #[must_use]
    pub fn then(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Lines in one, with a text between each two.
    pub fn joined(lines: impl IntoIterator<Item = Self>, between: &str) -> Self {
        let mut all = Self::new();
        for line in lines {
            if !all.is_empty() {
                all = all.text(between);
            }
            all = all.then(line);
        }
        all
    }

    /// Names in one line, with commas.
    pub fn names<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self::joined(names.into_iter().map(|name| Self::new().code(name)), ", ")
    }

    fn with(mut self, piece: Piece) -> Self {
        self.0.push(piece);
        self
    }
}

/// A text in at most so many letters, with a sign where it goes on.
pub fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", text[..at].trim_end()),
        None => text.into(),
    }
}

impl From<&str> for Line {
    fn from(text: &str) -> Self {
        Self::new().text(text)
    }
}

impl From<String> for Line {
    fn from(text: String) -> Self {
        Self::new().text(text)
    }
}

impl Sheet {
    /// A sheet with a title.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            blocks: Vec::new(),
        }
    }

    /// Adds a heading of the second level.
    pub fn heading(&mut self, line: impl Into<Line>) {
        self.blocks.push(Block::Heading(line.into()));
    }

    /// Adds a heading of the third level.
    pub fn subheading(&mut self, line: impl Into<Line>) {
        self.blocks.push(Block::Subheading(line.into()));
    }

    /// Adds a paragraph.
    pub fn paragraph(&mut self, line: impl Into<Line>) {
        self.blocks.push(Block::Paragraph(line.into()));
    }

    /// Adds what somebody says aloud.
    pub fn quote(&mut self, line: impl Into<Line>) {
        self.blocks.push(Block::Quote(line.into()));
    }

    /// Adds lines in no order; nothing where there are none.
    pub fn list(&mut self, lines: Vec<Line>) {
        self.lines(Block::List, lines);
    }

    /// Adds lines one after the other; nothing where there are none.
    pub fn steps(&mut self, lines: Vec<Line>) {
        self.lines(Block::Steps, lines);
    }

    /// Adds lines to be ticked off; nothing where there are none.
    pub fn tasks(&mut self, lines: Vec<Line>) {
        self.lines(Block::Tasks, lines);
    }

    /// Adds a table; nothing where it has no rows.
    pub fn table(&mut self, table: Table) {
        if !table.rows.is_empty() {
            self.blocks.push(Block::Table(table));
        }
    }

    fn lines(&mut self, block: fn(Vec<Line>) -> Block, lines: Vec<Line>) {
        if !lines.is_empty() {
            self.blocks.push(block(lines));
        }
    }

    /// The document as text, with a line end.
    pub fn write(&self, format: Format) -> String {
        match format {
            Format::Markdown => markdown::write(self),
            Format::Html => html::write(self),
        }
    }
}
