// Search. Two layers, one list: the facet index (titles, summaries, ids, names; a classic script, so it works from a
// folder too) answers at once; Pagefind adds hits in the full text when the site is served and the index is there.
(function () {
  "use strict";
  var root = document.currentScript.dataset.root || "";
  var form = document.querySelector("form[data-find]");
  if (!form) return;
  var input = form.elements.q;

  document.addEventListener("keydown", function (event) {
    var typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || event.target.isContentEditable;
    var slash = event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey;
    var control = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
    if (!slash && !control) return;
    event.preventDefault();
    input.focus();
    input.select();
  });

  if (form.dataset.find === "elsewhere") {
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      location.href = root + "index.html#" + new URLSearchParams({ q: input.value.trim() });
    });
    return;
  }

  var index = window.AFTERSIGHT;
  if (!index) return;
  var PAGE = 40;
  var el = function (id) { return document.getElementById(id); };
  var front = el("front"), results = el("results"), list = el("results-list"), more = el("results-more");
  var status = el("find-status"), hint = el("find-hint"), clear = el("find-clear"), panel = el("facets");
  var state = { q: "", picked: index.facets.map(function () { return new Set(); }) };
  var shown = PAGE, fullText = null, deep = new Map(), asked = 0, bySlug = new Map();

  // ---- the rows

  function fold(text) { return text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase(); }
  function escape(text) { return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"); }

  var rows = index.rows.map(function (r) {
    var names = [];
    r[6].forEach(function (values, f) { values.forEach(function (v) { names.push(index.facets[f].values[v]); }); });
    var row = { id: r[0], title: r[1], slug: r[2], summary: r[3], date: r[4], notes: r[5], facets: r[6],
      inId: fold(r[0]), inTitle: fold(r[1]), inSummary: fold(r[3]), inNames: fold(names.join("\n")) };
    bySlug.set(row.slug, row);
    return row;
  });

  function terms(query) { return fold(query).split(/[\s"]+/).filter(Boolean); }

  // Every term must be found somewhere; where it is found decides the order.
  function score(row, words) {
    var total = 0;
    for (var i = 0; i < words.length; i++) {
      var word = words[i], at = row.inTitle.indexOf(word), best = 0;
      if (row.inId === word) best = 40;
      else if (row.inId.indexOf(word) >= 0) best = 12;
      if (at >= 0) best = Math.max(best, at === 0 || /[^a-z0-9]/.test(row.inTitle[at - 1]) ? 10 : 6);
      if (row.inNames.indexOf(word) >= 0) best = Math.max(best, ("\n" + row.inNames + "\n").indexOf("\n" + word + "\n") >= 0 ? 8 : 5);
      if (row.inSummary.indexOf(word) >= 0) best = Math.max(best, 3);
      if (!best) return 0;
      total += best;
    }
    return total;
  }

  function fits(row, except) {
    return state.picked.every(function (values, f) {
      return f === except || !values.size || row.facets[f].some(function (v) { return values.has(v); });
    });
  }

  // ---- from and to the address

  function fromHash() {
    var text = location.hash.indexOf("=") > 0 ? location.hash.slice(1) : "";
    var early = new URLSearchParams(location.search);
    if (!text && early.get("q")) text = early.toString();
    var given = new URLSearchParams(text);
    state.q = given.get("q") || "";
    index.facets.forEach(function (facet, f) {
      state.picked[f] = new Set(given.getAll(facet.key).map(function (name) { return facet.values.indexOf(name); }).filter(function (v) { return v >= 0; }));
    });
    if (input.value.trim() !== state.q) input.value = state.q;
  }

  function toHash() {
    var out = new URLSearchParams();
    if (state.q) out.set("q", state.q);
    state.picked.forEach(function (values, f) { values.forEach(function (v) { out.append(index.facets[f].key, index.facets[f].values[v]); }); });
    var hash = out.toString() ? "#" + out : "";
    if (hash === location.hash) return;
    try { history.replaceState(null, "", location.pathname + hash); } catch (e) { if (hash) location.replace(hash); }
  }

  // ---- building, by nodes only: nothing a postmortem says is ever parsed as HTML

  function make(tag, name, text) {
    var node = document.createElement(tag);
    if (name) node.className = name;
    if (text !== undefined) node.textContent = text;
    return node;
  }

  function icon(name, symbol, width, height) {
    var svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    var use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    [["class", name], ["width", width], ["height", height], ["aria-hidden", "true"]].forEach(function (a) { svg.setAttribute(a[0], a[1]); });
    use.setAttribute("href", "#" + symbol);
    svg.append(use);
    return svg;
  }

  function marked(parent, text, words) {
    var plain = fold(text);
    words = words.filter(function (word) { return word.length > 1; });
    if (!words.length || plain.length !== text.length) { parent.textContent = text; return parent; }
    var pattern = new RegExp(words.map(escape).join("|"), "g"), last = 0, hit;
    while ((hit = pattern.exec(plain))) {
      parent.append(text.slice(last, hit.index), make("mark", "", text.slice(hit.index, pattern.lastIndex)));
      last = pattern.lastIndex;
    }
    parent.append(text.slice(last));
    return parent;
  }

  // Pagefind's excerpt is HTML: read it in an inert document and keep its text and its marks.
  function excerpt(html) {
    var out = make("p", "row-excerpt");
    new DOMParser().parseFromString(html, "text/html").body.childNodes.forEach(function (node) {
      out.append(node.nodeName === "MARK" ? make("mark", "", node.textContent) : node.textContent);
    });
    return out;
  }

  function severity(v) {
    var facet = index.facets[0], level = facet.levels[v];
    var node = make("span", "severity severity-" + level);
    node.append(icon("bars", "bars-" + level, 17, 12), facet.values[v]);
    return node;
  }

  // A word with its shape: how far a postmortem is, and whether it was approved.
  function badge(row, key) {
    var f = index.facets.findIndex(function (facet) { return facet.key === key; });
    var v = f < 0 ? undefined : row.facets[f][0];
    if (v === undefined) return null;
    var name = index.facets[f].keys[v], node = make("span", "status status-" + name);
    node.dataset.key = name;
    node.append(icon("dot", "status-" + name, 11, 11), index.facets[f].values[v]);
    return node;
  }

  var MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  function draw(row, words) {
    var item = make("li", "row"), mark = make("div", "row-mark"), text = make("div", "row-text");
    if (row.facets[0].length) mark.append(severity(row.facets[0][0]));
    var title = make("h3", "row-title"), link = make("a");
    link.href = root + "postmortems/" + row.slug + "/index.html";
    title.append(marked(link, row.title, words));
    text.append(title);
    if (row.summary) text.append(marked(make("p", "row-summary"), row.summary, words));
    if (deep.has(row.slug)) text.append(excerpt(deep.get(row.slug)));
    var facts = make("p", "row-facts");
    facts.append(marked(make("span", "id"), row.id, words));
    var stage = badge(row, "status"), approval = badge(row, "approval");
    if (stage && stage.dataset.key !== "final") facts.append(" ", stage);
    if (approval && approval.dataset.key !== (stage && stage.dataset.key)) facts.append(" ", approval);
    row.notes.forEach(function (note) { facts.append(" ", make("span", "", note)); });
    text.append(facts);
    var parts = row.date.split("-");
    var date = make(row.date ? "time" : "span", "row-date", row.date ? Number(parts[2]) + " " + MONTHS[parts[1] - 1] + " " + parts[0] : "no date");
    if (row.date) date.dateTime = row.date;
    item.append(mark, text, date);
    return item;
  }

  function plural(n, word) { return n + " " + word + (n === 1 ? "" : "s"); }

  // ---- filters

  function buildFacets() {
    index.facets.forEach(function (facet, f) {
      if (facet.values.length < 2) return;
      var box = make("details", "facet"), head = make("summary", ""), body = make("div", "facet-panel");
      body.setAttribute("role", "group");
      body.setAttribute("aria-label", facet.label);
      facet.label_node = make("span", "", facet.label);
      head.append(facet.label_node);
      facet.choices = facet.values.map(function (name, v) {
        var label = make("label", "facet-choice"), check = make("input"), count = make("span", "count");
        check.type = "checkbox";
        check.addEventListener("change", function () {
          if (check.checked) state.picked[f].add(v); else state.picked[f].delete(v);
          changed();
        });
        label.append(check, f === 0 ? severity(v) : make("span", "choice-name", name), count);
        return { label: label, check: check, count: count };
      });
      facet.order = facet.values.map(function (_, v) { return v; });
      facet.choices.forEach(function (c) { body.append(c.label); });
      box.append(head, body);
      box.addEventListener("toggle", function () {
        if (!box.open) return;
        panel.querySelectorAll("details[open]").forEach(function (other) { if (other !== box) other.open = false; });
        body.classList.toggle("from-right", box.getBoundingClientRect().left + body.offsetWidth > document.documentElement.clientWidth - 12);
      });
      facet.box = box;
      panel.append(box);
    });
    panel.hidden = false;
    document.addEventListener("click", function (event) {
      panel.querySelectorAll("details[open]").forEach(function (box) { if (!box.contains(event.target)) box.open = false; });
    });
    panel.addEventListener("keydown", function (event) {
      var box = event.target.closest("details[open]");
      if (event.key === "Escape" && box) { box.open = false; box.querySelector("summary").focus(); }
    });
  }

  // A filter counts what would be left if only it changed.
  function drawFacets(matching) {
    index.facets.forEach(function (facet, f) {
      if (!facet.box) return;
      var counts = facet.values.map(function () { return 0; });
      matching.forEach(function (row) { if (fits(row, f)) row.facets[f].forEach(function (v) { counts[v]++; }); });
      facet.choices.forEach(function (choice, v) {
        choice.count.textContent = counts[v];
        choice.check.checked = state.picked[f].has(v);
        choice.label.classList.toggle("none", !counts[v] && !choice.check.checked);
      });
      var names = Array.from(state.picked[f], function (v) { return facet.values[v]; });
      facet.label_node.textContent = names.length ? facet.label + ": " + (names.length > 2 ? names.length : names.join(", ")) : facet.label;
      facet.box.classList.toggle("active", names.length > 0);
    });
  }

  // ---- the answer

  function update() {
    var words = terms(state.q), filtered = state.picked.some(function (values) { return values.size; });
    var matching = [], rank = new Map();
    rows.forEach(function (row) {
      var points = words.length ? score(row, words) : 1;
      if (!points && deep.has(row.slug)) points = 0.5;
      if (points) { matching.push(row); rank.set(row, points); }
    });
    drawFacets(matching);
    var active = words.length > 0 || filtered;
    front.hidden = active;
    results.hidden = !active;
    clear.hidden = !active;
    hint.hidden = !active || !hint.textContent;
    if (!active) { status.textContent = ""; list.replaceChildren(); return; }
    var hits = matching.filter(function (row) { return fits(row, -1); });
    hits.sort(function (a, b) { return rank.get(b) - rank.get(a) || (a.date < b.date ? 1 : a.date > b.date ? -1 : 0); });
    var only = hits.filter(function (row) { return rank.get(row) < 1; }).length;
    status.textContent = !hits.length ? "Nothing found. Fewer words or filters may help."
      : plural(hits.length, "postmortem") + (only === hits.length ? ", found in the text" : only ? ", " + only + " of them found in the text only" : "");
    list.replaceChildren.apply(list, hits.slice(0, shown).map(function (row) { return draw(row, words); }));
    more.hidden = hits.length <= shown;
  }

  function changed() {
    shown = PAGE;
    deep = new Map();
    toHash();
    update();
    searchText();
  }

  // ---- the second layer

  function loadText() {
    if (fullText || form.dataset.fullText !== "true") return;
    if (location.protocol === "file:") {
      fullText = Promise.resolve(null);
      hint.textContent = "Titles, summaries and names are searched. The full text needs a web server: aftersight serve.";
      return;
    }
    fullText = import(new URL(root + "pagefind/pagefind.js", document.baseURI).href).then(function (pagefind) {
      return Promise.resolve(pagefind.options({ excerptLength: 24 })).then(function () { return pagefind; });
    }).catch(function () { return null; });
  }

  function searchText() {
    var turn = ++asked, query = state.q;
    loadText();
    if (!fullText || query.length < 2) return;
    var filters = {};
    state.picked.forEach(function (values, f) {
      if (values.size) filters[index.facets[f].key] = { any: Array.from(values, function (v) { return index.facets[f].values[v]; }) };
    });
    fullText.then(function (pagefind) {
      if (!pagefind || turn !== asked) return null;
      return pagefind.debouncedSearch(query, { filters: filters }, 150);
    }).then(function (found) {
      if (!found || turn !== asked) return null;
      return Promise.all(found.results.slice(0, 30).map(function (result) { return result.data(); }));
    }).then(function (pages) {
      if (!pages || turn !== asked) return;
      pages.forEach(function (page) {
        var at = /postmortems\/([^/?#]+)\//.exec(page.url);
        if (at && bySlug.has(at[1])) deep.set(at[1], page.excerpt);
      });
      update();
    }).catch(function () { /* the first layer has answered already */ });
  }

  // ---- hands on the keyboard

  var timer = 0;
  input.addEventListener("input", function () {
    clearTimeout(timer);
    timer = setTimeout(function () { state.q = input.value.trim(); changed(); }, rows.length > 2000 ? 120 : 30);
  });
  input.addEventListener("focus", loadText, { once: true });
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    state.q = input.value.trim();
    update();
    var first = list.querySelector("a");
    if (first && state.q) location.href = first.href;
  });
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || results.hidden) return;
    var links = Array.from(list.querySelectorAll(".row-title a")), at = links.indexOf(document.activeElement);
    if (at < 0 && document.activeElement !== input) return;
    if (event.key === "ArrowDown" && links[at + 1]) { event.preventDefault(); links[at + 1].focus(); }
    else if (event.key === "ArrowUp" && at >= 0) { event.preventDefault(); (at ? links[at - 1] : input).focus(); }
    else if (event.key === "Escape" && at >= 0) input.focus();
    else if (event.key === "Escape" && input.value) { event.preventDefault(); input.value = ""; state.q = ""; changed(); }
  });
  clear.addEventListener("click", function () {
    input.value = state.q = "";
    state.picked.forEach(function (values) { values.clear(); });
    changed();
    input.focus();
  });
  more.addEventListener("click", function () {
    var before = shown;
    shown += PAGE;
    update();
    var next = list.querySelectorAll(".row-title a")[before];
    if (next) next.focus();
  });
  window.addEventListener("hashchange", function () {
    fromHash();
    shown = PAGE;
    deep = new Map();
    update();
    searchText();
    // A filter was followed from the middle of the page, which is another one now.
    if (!results.hidden && document.activeElement !== input) window.scrollTo(0, 0);
  });

  buildFacets();
  fromHash();
  update();
  if (state.q) searchText();
})();
