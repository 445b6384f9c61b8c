// Only in a preview: reload when the site has been built again.
(function () {
  "use strict";
  if (!window.EventSource || location.protocol === "file:") return;
  var root = document.currentScript.src.replace(/live\.js.*$/, "");
  new EventSource(root + "__aftersight/live").addEventListener("reload", function () { location.reload(); });
})();
