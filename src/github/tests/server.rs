//! A server that follows a script: one reply a request, in order, and a record of all that was sent.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// What happens to a request, once it was read whole.
pub(super) enum Reply {
    /// An answer; `{base}` in a header stands for this server.
    Answer(u16, Vec<(String, String)>, String),
    /// The connection ends without an answer.
    Drop,
    /// The answer breaks off in the middle of its body.
    Half,
    /// An answer that promises a connection which is then closed all the same.
    Fickle(String),
}

/// An answer without headers of its own.
pub(super) fn says(status: u16, body: &str) -> Reply {
    with(status, &[], body)
}

/// An answer with headers.
pub(super) fn with(status: u16, headers: &[(&str, &str)], body: &str) -> Reply {
    let headers = headers
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_string()));
    Reply::Answer(status, headers.collect(), body.to_string())
}

/// A request as it came in.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    /// `GET /path?query`.
    pub(super) line: String,
    headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl Seen {
    /// Every value of a header.
    pub(super) fn header(&self, name: &str) -> Vec<&str> {
        let same = self.headers.iter().filter(|(known, _)| known == name);
        same.map(|(_, value)| value.as_str()).collect()
    }

    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).expect("a body of JSON")
    }
}

/// The server; its thread ends with the test's process.
pub(super) struct Server {
    address: SocketAddr,
    record: Arc<Record>,
}

#[derive(Default)]
struct Record {
    script: Mutex<VecDeque<Reply>>,
    seen: Mutex<Vec<Seen>>,
    closed: AtomicBool,
}

impl Server {
    pub(super) fn start(script: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address");
        let record = Arc::new(Record {
            script: Mutex::new(script.into()),
            ..Record::default()
        });
        let shared = Arc::clone(&record);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let record = Arc::clone(&shared);
                std::thread::spawn(move || serve(stream, address, &record));
            }
        });
        Self { address, record }
    }

    /// Its address, without a path.
    pub(super) fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        self.record.seen.lock().expect("the record").clone()
    }

    /// Waits until a connection was closed against its promise.
    pub(super) fn wait_for_fickleness(&self) {
        while !self.record.closed.load(Ordering::Acquire) {
            std::thread::yield_now();
        }
    }

    /// The first lines of all requests.
    pub(super) fn lines(&self) -> Vec<String> {
        self.seen().into_iter().map(|it| it.line).collect()
    }
}

fn serve(stream: TcpStream, address: SocketAddr, record: &Record) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut stream = stream;
    loop {
        let request = request(&mut reader)?;
        record.seen.lock().ok()?.push(request);
        let reply = record.script.lock().ok()?.pop_front();
        let (status, headers, body) = match reply {
            Some(Reply::Answer(status, headers, body)) => (status, headers, body),
            Some(Reply::Drop) => return None,
            Some(Reply::Half) => {
                let half = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"number\":";
                stream.write_all(half.as_bytes()).ok()?;
                return None;
            }
            Some(Reply::Fickle(body)) => {
                let length = body.len();
                let whole = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}");
                stream.write_all(whole.as_bytes()).ok()?;
                stream.shutdown(Shutdown::Both).ok()?;
                record.closed.store(true, Ordering::Release);
                return None;
            }
            None => (
                418,
                Vec::new(),
                "{\"message\":\"no more script\"}".to_string(),
            ),
        };
        let mut head = format!("HTTP/1.1 {status} X\r\n");
        for (name, value) in headers {
            let value = value.replace("{base}", &format!("http://{address}"));
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if status != 304 {
            head.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        head.push_str("\r\n");
        head.push_str(&body);
        stream.write_all(head.as_bytes()).ok()?;
    }
}

fn request(reader: &mut impl BufRead) -> Option<Seen> {
    let mut first = String::new();
    reader.read_line(&mut first).ok().filter(|read| *read > 0)?;
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.push((name.to_ascii_lowercase(), value.trim().to_string()));
    }
    let length = headers
        .iter()
        .find(|(name, _)| name == "content-length")
        .and_then(|(_, value)| value.parse().ok())
        .unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let line = first.trim_end().trim_end_matches(" HTTP/1.1");
    Some(Seen {
        line: line.to_string(),
        headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    })
}
