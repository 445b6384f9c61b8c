// Reloads the page when the site was built anew, and stays where the reader was.
(() => {
  const key = "aftersight-scroll";
  try {
    const [path, x, y] = JSON.parse(sessionStorage.getItem(key) || "[]");
    sessionStorage.removeItem(key);
    if (path === location.pathname) {
      addEventListener("load", () => scrollTo(x, y));
    }
  } catch {
    // Without storage the page begins at its top.
  }
  const reload = () => {
    try {
      sessionStorage.setItem(key, JSON.stringify([location.pathname, scrollX, scrollY]));
    } catch {
      // As above.
    }
    location.reload();
  };
  let events;
  const listen = () => {
    events = new EventSource("/_aftersight/reload?since=SINCE");
    events.onmessage = (event) => {
      if (event.data === "reload") {
        events.close();
        reload();
      }
    };
    events.onerror = () => {
      // Some browsers give up when the server is away for a moment.
      if (events.readyState === EventSource.CLOSED) {
        setTimeout(listen, 1000);
      }
    };
  };
  addEventListener("pagehide", () => events.close());
  addEventListener("pageshow", (event) => event.persisted && listen());
  listen();
})();
