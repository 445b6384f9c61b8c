//! A web server for the author's own machine: shows the built site and reloads it when it was built anew.
//!
//! Owns the address, the requests and the watching of files. How the site is built is the caller's: what is
//! served is what lies in the folder.

mod answer;
mod media;
mod reload;
mod request;
mod watch;

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;

use crate::error::Error;

/// What is served, and where.
#[derive(Debug, Clone)]
pub struct Options {
    /// The port on 127.0.0.1; 0 takes any that is free.
    pub port: u16,
    /// The folder of the built site.
    pub root: PathBuf,
    /// Files and folders that the site is made from.
    pub watch: Vec<PathBuf>,
    /// Whether to open the site in a browser.
    pub open: bool,
}

/// Serves the site until it is interrupted, which is a good end.
///
/// `rebuild` is called in a thread of its own when something below `watch` changed, never twice at once; changes
/// meanwhile cause one more call. It answers whether pages changed, and shows its own errors. `ready` is called
/// once, with the address.
pub fn run(
    options: Options,
    rebuild: impl FnMut() -> Result<bool, Error> + Send + 'static,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), Error> {
    run_until(options, rebuild, ready, async {
        // Where there is no such signal, only ending the process ends this.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

fn run_until(
    options: Options,
    rebuild: impl FnMut() -> Result<bool, Error> + Send + 'static,
    ready: impl FnOnce(SocketAddr),
    end: impl Future<Output = ()>,
) -> Result<(), Error> {
    let root = options
        .root
        .canonicalize()
        .map_err(|error| Error::io("read", &options.root, error))?;
    let listener = bind(options.port)?;
    let failed = |error| Error::io("serve", &options.root, error);
    let address = listener.local_addr().map_err(failed)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(failed)?;

    let reloads = reload::Reloads::new();
    let _watcher = watch::start(&options.watch, &root, rebuild, reloads.clone())?;
    let served = runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        ready(address);
        if options.open {
            open(address);
        }
        tokio::select! {
            served = axum::serve(listener, request::router(root, reloads)).into_future() => served,
            () = end => Ok(()),
        }
    });
    // Browsers that wait for a reload are not waited for.
    runtime.shutdown_background();
    served.map_err(failed)
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

/// Starts the browser; without one there is nothing to say, the address was shown.
fn open(address: SocketAddr) {
    let url = format!("http://{address}/");
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

#[cfg(test)]
mod tests;
