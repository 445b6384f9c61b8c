// Marks, in the table of contents, the section that is being read.
(function () {
  "use strict";
  var links = new Map();
  document.querySelectorAll(".contents a").forEach(function (link) {
    var heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (heading) links.set(heading, link);
  });
  if (!links.size || !window.IntersectionObserver) return;
  var headings = Array.from(links.keys());
  function mark() {
    var current = null;
    headings.forEach(function (heading) { if (heading.getBoundingClientRect().top < 120) current = heading; });
    links.forEach(function (link, heading) {
      if (heading === current) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
    });
  }
  var observer = new IntersectionObserver(mark, { rootMargin: "-110px 0px 0px 0px", threshold: [0, 1] });
  headings.forEach(function (heading) { observer.observe(heading); });
})();
