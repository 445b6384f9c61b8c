// Light or dark: what the reader chose, else what the system says. Runs before the first paint.
(function () {
  "use strict";
  var root = document.documentElement;
  var key = "aftersight-theme";
  var system = window.matchMedia("(prefers-color-scheme: dark)");
  function read() {
    try { return localStorage.getItem(key); } catch (e) { return null; }
  }
  function write(value) {
    try { if (value) localStorage.setItem(key, value); else localStorage.removeItem(key); } catch (e) { /* file:// or private mode */ }
  }
  function dark() {
    return (root.dataset.theme || (system.matches ? "dark" : "light")) === "dark";
  }
  root.dataset.script = "on";
  var chosen = read();
  if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;
  // The menu of the header closes like every menu: by Escape, and by a click elsewhere.
  function close(menu) {
    menu.open = false;
  }
  document.addEventListener("keydown", function (event) {
    var menu = document.querySelector(".menu[open]");
    if (!menu || event.key !== "Escape") return;
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    close(menu);
  });
  document.addEventListener("click", function (event) {
    var menu = document.querySelector(".menu[open]");
    if (menu && !menu.contains(event.target)) close(menu);
  });
  document.addEventListener("DOMContentLoaded", function () {
    var button = document.querySelector(".theme-toggle");
    if (!button) return;
    function show() { button.setAttribute("aria-pressed", String(dark())); }
    button.hidden = false;
    show();
    system.addEventListener("change", show);
    button.addEventListener("click", function () {
      var next = dark() ? "light" : "dark";
      if (next === (system.matches ? "dark" : "light")) { delete root.dataset.theme; write(null); }
      else { root.dataset.theme = next; write(next); }
      show();
    });
  });
})();
