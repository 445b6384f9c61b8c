//! A web server for the author's own machine: shows the site as it would be built and reloads it when that changed.
//!
//! Owns the address, the requests and the watching of files. What a file of the site holds is asked of the caller, one
//! file at a time and only when a browser wants it: nothing is built ahead, and nothing lies on disk to grow old.

mod media;
mod mistake;
mod path;
mod reload;
mod request;
mod watch;

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use tokio::sync::oneshot;

use crate::error::Error;
use reload::Reloads;
use watch::Watch;

/// What the caller has to do, one after the other.
#[derive(Debug)]
pub enum Task {
    /// Something that the site is made from has changed: look again, then [`Server::announce`].
    Look,
    /// A browser asks for a file.
    Show(Request),
    /// What [`Server::reminder`] gave was called.
    Remember,
    /// It was interrupted, which is a good end, or broke down.
    Stop(Result<(), Error>),
}

/// A browser that asks for a file.
#[derive(Debug)]
pub struct Request {
    /// The path of the file below the site's root, with `/`; as a browser wrote it, so it may name anything.
    pub path: String,
    answer: oneshot::Sender<Answer>,
}

/// What there is to say to a browser.
#[derive(Debug)]
pub enum Answer {
    /// What the file holds.
    File(Vec<u8>),
    /// There is no such file.
    Nothing,
    /// It cannot be made.
    Broken {
        /// Why.
        message: String,
        /// What to do about it; may be empty.
        help: String,
    },
}

impl From<&Error> for Answer {
    fn from(error: &Error) -> Self {
        let source = std::error::Error::source(error);
        Self::Broken {
            message: match source {
                Some(source) => format!("{error}: {source}"),
                None => error.to_string(),
            },
            help: error.help().unwrap_or_default().into(),
        }
    }
}

impl Request {
    /// Answers; that a browser has left is no trouble.
    pub fn answer(self, answer: Answer) {
        let _ = self.answer.send(answer);
    }
}

/// A running server.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    tasks: Receiver<Task>,
    sender: Sender<Task>,
    looks: Arc<AtomicBool>,
    reloads: Reloads,
    watch: Watch,
}

impl Server {
    /// Listens on this port of 127.0.0.1, 0 for any that is free, and watches these files and folders. Browsers that ask
    /// wait until [`Server::next`] is called.
    pub fn start(port: u16, watched: Vec<PathBuf>) -> Result<Self, Error> {
        Self::until(port, watched, async {
            // Where there is no such signal, only ending the process ends this.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        })
    }

    fn until(
        port: u16,
        watched: Vec<PathBuf>,
        end: impl Future<Output = ()> + Send + 'static,
    ) -> Result<Self, Error> {
        let listener = bind(port)?;
        let failed = |error| Error::io("serve", PathBuf::from("127.0.0.1"), error);
        let address = listener.local_addr().map_err(failed)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(failed)?;
        let (sender, tasks) = mpsc::channel();
        let looks = Arc::new(AtomicBool::new(false));
        let watch = Watch::start(watched, look(sender.clone(), Arc::clone(&looks)))?;
        let reloads = Reloads::new();
        let router = request::router(sender.clone(), reloads.clone());
        let ended = sender.clone();
        thread::spawn(move || {
            let served = runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener)?;
                tokio::select! {
                    served = axum::serve(listener, router).into_future() => served,
                    () = end => Ok(()),
                }
            });
            let _ = ended.send(Task::Stop(served.map_err(failed)));
            // Browsers that wait for a reload are not waited for.
            runtime.shutdown_background();
        });
        Ok(Self {
            address,
            tasks,
            sender,
            looks,
            reloads,
            watch,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits for the next thing to do. However much changes before the caller looks, it is told once.
    pub fn next(&self) -> Task {
        let task = self.tasks.recv().unwrap_or(Task::Stop(Ok(())));
        if matches!(task, Task::Look) {
            self.looks.store(false, Ordering::SeqCst);
        }
        task
    }

    /// Something to call, from any thread, that makes [`Server::next`] give [`Task::Remember`].
    pub fn reminder(&self) -> impl Fn() + Send + 'static {
        let sender = self.sender.clone();
        move || {
            let _ = sender.send(Task::Remember);
        }
    }

    /// Has every page load itself again.
    pub fn announce(&self) {
        self.reloads.announce();
    }

    /// Watches these files and folders from now on.
    pub fn watch(&mut self, watched: Vec<PathBuf>) -> Result<(), Error> {
        self.watch.set(watched)
    }

    /// Starts the browser; without one there is nothing to say, the address was shown.
    pub fn open(&self) {
        let url = format!("http://{}/", self.address);
        let (program, arguments): (_, &[&str]) = if cfg!(windows) {
            ("cmd", &["/c", "start", ""])
        } else if cfg!(target_os = "macos") {
            ("open", &[])
        } else {
            ("xdg-open", &[])
        };
        let mut command = Command::new(program);
        command.args(arguments).arg(url);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        if let Ok(mut browser) = command.stderr(Stdio::null()).spawn() {
            thread::spawn(move || browser.wait());
        }
    }
}

/// Asks for a look, unless one is waiting: whoever takes it sees all that changed until then.
fn look(tasks: Sender<Task>, waiting: Arc<AtomicBool>) -> impl Fn() + Send + 'static {
    move || {
        if !waiting.swap(true, Ordering::SeqCst) {
            let _ = tasks.send(Task::Look);
        }
    }
}

fn bind(port: u16) -> Result<std::net::TcpListener, Error> {
    let bound = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).and_then(|listener| {
        listener.set_nonblocking(true)?;
        Ok(listener)
    });
    bound.map_err(|error| {
        let why = match error.kind() {
            io::ErrorKind::AddrInUse => "is in use on 127.0.0.1".to_owned(),
            _ => format!("cannot be used on 127.0.0.1: {error}"),
        };
        Error::refused(
            format!("port `{port}` {why}"),
            "choose another with `--port N`, or `--port 0` for any free port",
        )
    })
}

#[cfg(test)]
mod tests;
