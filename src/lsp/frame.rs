//! Messages on standard input and output, each in a frame that names its length.
//!
//! Reading goes on in a thread of its own while a message is being answered, so that a cancellation is seen in time. A
//! frame that promises too much is refused before anything is set aside for it.

use std::io::{self, BufRead, Read};
use std::thread::{self, JoinHandle};

use lsp_server::{Connection, Message};

/// Most bytes of a message; a file of 5 MiB with every character escaped stays far below.
const MOST: u64 = 64 << 20;
/// The most characters of a complaint.
const MOST_TOLD: usize = 200;
/// Most bytes of what stands before a message.
const MOST_HEADER: u64 = 4 << 10;

/// The threads that read and write.
pub(super) struct Threads {
    reader: JoinHandle<io::Result<()>>,
    writer: JoinHandle<io::Result<()>>,
}

/// A connection over standard input and output.
pub(super) fn stdio() -> (Connection, Threads) {
    let (ours, theirs) = Connection::memory();
    let Connection { sender, receiver } = theirs;
    let reader = thread::spawn(move || {
        let mut input = io::stdin().lock();
        while let Some(message) = read(&mut input)? {
            let last = matches!(&message, Message::Notification(told) if told.method == "exit");
            if sender.send(message).is_err() || last {
                break;
            }
        }
        Ok(())
    });
    let writer = thread::spawn(move || {
        let mut output = io::stdout().lock();
        receiver
            .iter()
            .try_for_each(|message| message.write(&mut output))
    });
    (ours, Threads { reader, writer })
}

impl Threads {
    /// Waits until everything is written, and tells what could not be read. The connection has to be gone.
    pub(super) fn join(self) -> io::Result<()> {
        let broken = |_| Err(io::Error::other("a thread broke down"));
        // Where nobody reads any more, what else there is to read is of no use: the reader may wait for ever.
        match self.writer.join() {
            Ok(Ok(())) => self.reader.join().unwrap_or_else(broken),
            _ => Ok(()),
        }
    }
}

/// The next message; `None` at the end of the input.
fn read(input: &mut impl BufRead) -> io::Result<Option<Message>> {
    let mut header = Vec::new();
    let mut limited = input.by_ref().take(MOST_HEADER);
    while !header.ends_with(b"\r\n\r\n") {
        if limited.read_until(b'\n', &mut header)? == 0 {
            break;
        }
        // A line of another make is told by the reader of frames.
        if !header.ends_with(b"\r\n") {
            break;
        }
    }
    if header.is_empty() {
        return Ok(None);
    }
    let text = String::from_utf8_lossy(&header);
    let lengths = text.lines().filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse::<u64>())
    });
    for length in lengths.flatten() {
        if length > MOST {
            let message =
                format!("a message of {length} bytes, more than the {MOST} that are read");
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
    }
    // The reader of frames repeats what it could not read; who waits for our last words may not wait for all of that.
    Message::read(&mut header.as_slice().chain(input)).map_err(|error| {
        let told = error
            .to_string()
            .chars()
            .take(MOST_TOLD)
            .collect::<String>();
        io::Error::new(error.kind(), told)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed(text: &str) -> String {
        format!(
            "Content-Length: {}\r\nContent-Type: x\r\n\r\n{text}",
            text.len()
        )
    }

    #[test]
    fn messages_follow_one_another() {
        let hello = r#"{"jsonrpc":"2.0","method":"é🙂"}"#;
        let all = framed(hello) + &framed(hello);
        let mut input = all.as_bytes();
        for _ in 0..2 {
            let message = read(&mut input).expect("a message");
            assert!(matches!(message, Some(Message::Notification(told)) if told.method == "é🙂"));
        }
        assert!(read(&mut input).expect("the end").is_none());
    }

    #[test]
    fn what_is_no_frame_is_told() {
        let long = "x".repeat(10_000);
        for bad in [
            "Content-Length: 99999999999\r\n\r\n",
            "content-length: 99999999999\r\nContent-Length: 2\r\n\r\n{}",
            "Content-Length: 99999999999999999999999\r\n\r\n",
            "Content-Length: -1\r\n\r\n",
            "Content-Length: 5\r\n\r\n{}",
            "Content-Length: 5\n\n{}",
            "\r\n\r\n",
            "\n",
            long.as_str(),
        ] {
            assert!(read(&mut bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
