// Search. Two layers, one list. The rows of the facet index (titles, summaries, ids, names; classic scripts, so they work from
// a folder too) answer at once and forgive a slip of the fingers; Pagefind searches the full text when the site is served and
// the index is there. A site with too many rows to send ahead is answered by the full text alone; its rows are fetched only
// where that cannot be.
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
      location.href = root + "index.html?" + new URLSearchParams({ q: input.value.trim() });
    });
    return;
  }

  var index = window.AFTERSIGHT;
  if (!index) return;
  // Rows drawn at once; and texts, each of which is a request of about 3 kB.
  var PAGE = 40, TEXTS = 5;
  var el = function (id) { return document.getElementById(id); };
  var front = el("front"), results = el("results"), list = el("results-list"), more = el("results-more");
  var status = el("find-status"), hint = el("find-hint"), clear = el("find-clear"), panel = el("facets");
  var facets = index.facets, byKey = {};
  facets.forEach(function (facet, f) { byKey[facet.key] = f; });
  var state = { q: "", picked: facets.map(function () { return new Set(); }) };
  var served = location.protocol !== "file:", hasText = form.dataset.fullText === "true" && served;
  var rows = null, bySlug = new Map(), shown = PAGE, asked = 0, leap = false;
  // What the full text has answered: the words it was asked for, how many pages, those loaded, and how to load more.
  var text = null, engine = null, counting = false;

  // ---- the rows

  function fold(text) { return text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase(); }
  function escape(text) { return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"); }

  function readRows() {
    if (rows || !window.AFTERSIGHT_ROWS) return;
    rows = window.AFTERSIGHT_ROWS.map(function (r) {
      var names = [];
      r[6].forEach(function (values, f) { values.forEach(function (v) { names.push(facets[f].values[v]); }); });
      var row = { id: r[0], title: r[1], slug: r[2], summary: r[3], date: r[4], notes: r[5], facets: r[6],
        inId: fold(r[0]), inTitle: fold(r[1]), inSummary: fold(r[3]), inNames: fold(names.join("\n")) };
      bySlug.set(row.slug, row);
      return row;
    });
  }

  function loadRows() {
    if (loadRows.begun) return;
    loadRows.begun = true;
    var script = document.createElement("script");
    script.src = form.dataset.rows;
    script.addEventListener("load", function () { readRows(); update(); });
    document.head.append(script);
  }

  // Words, and what stands in quotes as one.
  function terms(query) {
    var found = [];
    fold(query).replace(/"([^"]+)"?|\S+/g, function (whole, phrase) { found.push((phrase || whole).replace(/"/g, "").trim()); });
    return found.filter(Boolean);
  }

  // Words of every text, in English: what they find is everything, and their lists are the longest. In quotation marks they count.
  var SMALL = new Set("a an and are as at be been but by did do does for from had has have how if in into is it its of on or our so than that the their then there they this to was we were what when where which who why will with".split(" "));

  // What the full text is asked for; nothing where it would find everything.
  function telling(query) {
    if (query.indexOf('"') >= 0) return query;
    return query.split(/\s+/).filter(function (word) { return !SMALL.has(word.toLowerCase()); }).join(" ");
  }

  function isAsked() { return telling(state.q).length > 1; }

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
    return total + (words.length > 1 && row.inTitle.indexOf(words.join(" ")) >= 0 ? 5 : 0);
  }

  function fits(row, except) {
    return state.picked.every(function (values, f) {
      return f === except || !values.size || row.facets[f].some(function (v) { return values.has(v); });
    });
  }

  // ---- a slip of the fingers

  // How many letters were changed, added, left out or swapped; more than `most` is `most + 1`.
  function distance(a, b, most) {
    if (Math.abs(a.length - b.length) > most) return most + 1;
    var before = [], last = [], next, i, j;
    for (j = 0; j <= b.length; j++) last.push(j);
    for (i = 1; i <= a.length; i++) {
      next = [i];
      var least = i;
      for (j = 1; j <= b.length; j++) {
        var cost = Math.min(last[j] + 1, next[j - 1] + 1, last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2] + 1);
        next.push(cost);
        if (cost < least) least = cost;
      }
      if (least > most) return most + 1;
      before = last;
      last = next;
    }
    return last[b.length];
  }

  // The words of titles, ids and names, with how often they come; without the rows those of the names alone.
  function vocabulary() {
    if (vocabulary.of !== (rows ? "rows" : "names")) {
      var words = new Map();
      var add = function (text) {
        text.split(/[^\p{L}\p{N}]+/u).forEach(function (word) { if (word.length > 3) words.set(word, (words.get(word) || 0) + 1); });
      };
      if (rows) rows.forEach(function (row) { add(row.inTitle); add(row.inNames); add(row.inId); });
      else facets.forEach(function (facet) { facet.values.forEach(function (name) { add(fold(name)); }); });
      vocabulary.words = words;
      vocabulary.of = rows ? "rows" : "names";
    }
    return vocabulary.words;
  }

  // The nearest known word; of those equally near the more frequent.
  function nearest(word) {
    var most = word.length < 4 || /[0-9]/.test(word) ? 0 : word.length < 8 ? 1 : 2, best = null;
    if (most) vocabulary().forEach(function (times, known) {
      if (known === word || known[0] !== word[0] && known[1] !== word[1]) return;
      var far = distance(word, known, most);
      if (far <= most && (!best || far < best.far || far === best.far && times > best.times)) best = { word: known, far: far, times: times };
    });
    return best && best.word;
  }

  // The words that stand for those that nobody wrote; null where all are known or nothing is near.
  function mended(words, isKnown) {
    var changed = false;
    var mend = function (part) {
      var near = isKnown(part) ? null : nearest(part);
      if (near) changed = true;
      return near || part;
    };
    // `paymnets-api` is two words with one slip.
    var better = words.map(function (word) { return isKnown(word) || /\s/.test(word) ? word : word.replace(/[\p{L}\p{N}]+/gu, mend); });
    return changed ? better : null;
  }

  // Whether an answer of the full text has a word, or one with the same beginning: of a word that nobody wrote it takes what
  // resembles it from the left, which helps with endings and not with slips.
  function isMarked(word, pages) {
    var start = word.slice(0, Math.max(3, word.length - 3)), found = false;
    pages.forEach(function (page) {
      marks(page.excerpt).forEach(function (mark) { if (fold(mark).indexOf(start) >= 0) found = true; });
    });
    return found;
  }

  // ---- from and to the address

  // `?q=…&service=…`; behind a `#` too, where links of the page itself and browsers on files have it.
  function fromAddress() {
    var hash = location.hash.indexOf("=") > 0 ? location.hash.slice(1) : "";
    var given = new URLSearchParams(hash || location.search);
    state.q = given.get("q") || "";
    facets.forEach(function (facet, f) {
      state.picked[f] = new Set(given.getAll(facet.key).map(function (name) { return facet.values.indexOf(name); }).filter(function (v) { return v >= 0; }));
    });
    if (input.value.trim() !== state.q) input.value = state.q;
  }

  function toAddress() {
    var out = new URLSearchParams();
    if (state.q) out.set("q", state.q);
    state.picked.forEach(function (values, f) { values.forEach(function (v) { out.append(facets[f].key, facets[f].values[v]); }); });
    var query = out.toString();
    try { history.replaceState(null, "", location.pathname + (query ? (served ? "?" : "#") + query : "")); }
    catch (e) { if (query) location.replace("#" + query); }
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
    var facet = facets[0], level = facet.levels[v];
    var node = make("span", "severity severity-" + level);
    node.append(icon("bars", "bars-" + level, 17, 12), facet.values[v]);
    return node;
  }

  // A word with its shape: how far a postmortem is, and whether it was approved.
  function badge(row, key) {
    var f = byKey[key], v = f === undefined ? undefined : row.facets[f][0];
    if (v === undefined) return null;
    var name = facets[f].keys[v], node = make("span", "status status-" + name);
    node.dataset.key = name;
    node.append(icon("dot", "status-" + name, 11, 11), facets[f].values[v]);
    return node;
  }

  function marks(html) {
    var found = new DOMParser().parseFromString(html, "text/html").querySelectorAll("mark");
    return Array.from(found, function (mark) { return mark.textContent.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, ""); });
  }

  // The page with what was found marked in it, by browsers that can.
  function address(row, words, found) {
    var shown = found ? marks(found.excerpt) : words.filter(function (word) { return fold(row.title + " " + row.summary).indexOf(word) >= 0; });
    shown = Array.from(new Set(shown)).filter(function (mark) { return mark.length > 2; }).slice(0, 4);
    var url = root + "postmortems/" + row.slug + "/index.html";
    return shown.length ? url + "#:~:" + shown.map(function (mark) { return "text=" + encodeURIComponent(mark).replace(/-/g, "%2D"); }).join("&") : url;
  }

  var MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  function draw(row, words) {
    var item = make("li", "row"), mark = make("div", "row-mark"), body = make("div", "row-text");
    var found = text && text.pages.get(row.slug);
    if (row.facets[0].length) mark.append(severity(row.facets[0][0]));
    var title = make("h3", "row-title"), link = make("a");
    link.href = address(row, words, found);
    title.append(marked(link, row.title, words));
    body.append(title);
    if (row.summary) body.append(marked(make("p", "row-summary"), row.summary, words));
    if (found) body.append(excerpt(found.excerpt));
    var facts = make("p", "row-facts");
    facts.append(marked(make("span", "id"), row.id, words));
    var stage = badge(row, "status"), approval = badge(row, "approval");
    if (stage && stage.dataset.key !== "final") facts.append(" ", stage);
    if (approval && approval.dataset.key !== (stage && stage.dataset.key)) facts.append(" ", approval);
    row.notes.forEach(function (note) { facts.append(" ", make("span", "", note)); });
    body.append(facts);
    var parts = row.date.split("-");
    var date = make(row.date ? "time" : "span", "row-date", row.date ? Number(parts[2]) + " " + MONTHS[parts[1] - 1] + " " + parts[0] : "no date");
    if (row.date) date.dateTime = row.date;
    item.append(mark, body, date);
    return item;
  }

  function instead(typed, meant) { return "Nothing for “" + typed + "”, so this is for “" + meant + "”: "; }
  function plural(n, word) { return n + " " + word + (n === 1 ? "" : "s"); }

  // ---- filters

  function buildFacets() {
    facets.forEach(function (facet, f) {
      var used = facet.counts.filter(Boolean).length;
      if (used < 2) return;
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
      facet.choices.forEach(function (c) { body.append(c.label); });
      box.append(head, body);
      box.addEventListener("toggle", function () {
        if (!box.open) return;
        panel.querySelectorAll("details[open]").forEach(function (other) { if (other !== box) other.open = false; });
        body.classList.toggle("from-right", box.getBoundingClientRect().left + body.offsetWidth > document.documentElement.clientWidth - 12);
        // Counts beside words cost a file for every filter, so they wait until somebody looks.
        if (!rows && hasText && !counting) { counting = true; searchText(); }
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

  // A filter counts what would be left if only it changed; null where that is not known yet.
  function drawFacets(counted) {
    facets.forEach(function (facet, f) {
      if (!facet.box) return;
      var counts = counted(facet, f);
      facet.choices.forEach(function (choice, v) {
        choice.count.textContent = counts ? counts[v] : "";
        choice.check.checked = state.picked[f].has(v);
        choice.label.classList.toggle("none", Boolean(counts) && !counts[v] && !choice.check.checked);
      });
      var names = Array.from(state.picked[f], function (v) { return facet.values[v]; });
      facet.label_node.textContent = names.length ? facet.label + ": " + (names.length > 2 ? names.length : names.join(", ")) : facet.label;
      facet.box.classList.toggle("active", names.length > 0);
    });
  }

  function countedRows(matching) {
    return function (facet, f) {
      var counts = facet.values.map(function () { return 0; });
      matching.forEach(function (row) { if (fits(row, f)) row.facets[f].forEach(function (v) { counts[v]++; }); });
      return counts;
    };
  }

  function countedText(facet, f) {
    if (!state.q && state.picked.every(function (values, other) { return other === f || !values.size; })) return facet.counts;
    var known = text && text.counts && text.counts[state.picked[f].size ? "all" : "left"][facet.key];
    return known ? facet.values.map(function (name) { return known[name] || 0; }) : null;
  }

  // ---- the answer

  function update() {
    var active = terms(state.q).length > 0 || state.picked.some(function (values) { return values.size; });
    front.hidden = active;
    results.hidden = !active;
    clear.hidden = !active;
    hint.hidden = !active || !hint.textContent;
    if (rows) answerByRows(active); else answerByText(active);
    if (!active) { status.textContent = ""; list.replaceChildren(); }
  }

  function say(hits, words) {
    // Whoever has walked into the list stays there when the text's answer comes in.
    var at = list.contains(document.activeElement) ? document.activeElement.pathname : null;
    list.replaceChildren.apply(list, hits.map(function (row) { return draw(row, words); }));
    if (at) {
      var links = Array.from(list.querySelectorAll("a"));
      (links.find(function (link) { return link.pathname === at; }) || links[0] || input).focus();
    }
    if (leap && list.querySelector("a")) { leap = false; location.href = list.querySelector("a").href; }
  }

  function answerByRows(active) {
    var words = terms(state.q), typed = words, note = "";
    var ranked = function (words) {
      var rank = new Map();
      rows.forEach(function (row) {
        var points = words.length ? score(row, words) : 1;
        if (points) rank.set(row, points);
      });
      return rank;
    };
    // The text may know what no title does.
    var rank = ranked(words), pending = hasText && !text && isAsked(), pages = text ? text.pages : new Map();
    if (words.length && !rank.size && !pending) {
      var better = mended(words, function (word) { return isMarked(word, pages) || rows.some(function (row) { return score(row, [word]) > 0; }); });
      var again = better && ranked(better);
      if (again && again.size) { note = instead(typed.join(" "), better.join(" ")); words = better; rank = again; pages = new Map(); }
    }
    pages.forEach(function (_, slug) {
      var row = bySlug.get(slug);
      if (row && !rank.has(row)) rank.set(row, 0.5);
    });
    var matching = Array.from(rank.keys());
    drawFacets(countedRows(matching));
    if (!active) return;
    var hits = matching.filter(function (row) { return fits(row, -1); });
    hits.sort(function (a, b) { return rank.get(b) - rank.get(a) || (a.date < b.date ? 1 : a.date > b.date ? -1 : 0); });
    var only = hits.filter(function (row) { return rank.get(row) < 1; }).length;
    var further = pages.size && text.more ? "; the text has more" : "";
    status.textContent = !hits.length ? pending ? "Searching…" : "Nothing found. Fewer words or filters may help."
      : note + plural(hits.length, "postmortem") + (only === hits.length ? ", found in the text" : only ? ", " + only + " of them found in the text only" : "") + further;
    more.hidden = hits.length <= shown && !(text && text.more);
    say(hits.slice(0, shown), words);
  }

  function answerByText(active) {
    drawFacets(countedText);
    if (!active) return;
    if (state.q && !isAsked()) {
      status.textContent = state.q.length === 1 ? "One more letter, please." : "One more word, please.";
      list.replaceChildren(); more.hidden = true;
      return;
    }
    if (!text || text.busy) { status.textContent = "Searching…"; more.hidden = true; return; }
    var words = terms(text.query), hits = Array.from(text.pages.values(), function (page) { return page.row; });
    // What was asked for by its name comes first; of what counts alike, the newest.
    var asked = fold(text.query);
    var exact = function (row) { return fold(row.id) === asked ? 2 : fold(row.title).indexOf(asked) >= 0 ? 1 : 0; };
    var points = function (row) { return text.pages.get(row.slug).score; };
    hits.sort(function (a, b) { return exact(b) - exact(a) || points(b) - points(a) || (a.date < b.date ? 1 : a.date > b.date ? -1 : 0); });
    var note = text.query !== state.q ? instead(state.q, text.query) : "";
    status.textContent = text.total ? note + plural(text.total, "postmortem") : "Nothing found. Fewer words or filters may help.";
    more.hidden = !text.more;
    say(hits, words);
  }

  function changed() {
    shown = PAGE;
    toAddress();
    text = null;
    update();
    searchText();
  }

  // ---- the full text

  function loadEngine() {
    if (engine) return engine;
    engine = import(new URL(root + "pagefind/pagefind.js", document.baseURI).href).then(function (pagefind) {
      return Promise.resolve(pagefind.options({ excerptLength: 24, ranking: { metaWeights: { title: 10, id: 20 } } })).then(function () { return pagefind; });
    }).catch(function () {
      hasText = false;
      if (rows) update(); else loadRows();
      return null;
    });
    return engine;
  }

  // What a page says of itself in the index, as a row.
  function rowOf(page, slug) {
    var meta = page.meta || {}, filters = page.filters || {};
    var known = facets.map(function (facet) {
      return (filters[facet.key] || []).map(function (name) { return facet.values.indexOf(name); }).filter(function (v) { return v >= 0; });
    });
    var notes = [];
    if (filters.kind && facets[byKey.kind] && filters.kind[0] !== facets[byKey.kind].values[0]) notes.push(filters.kind[0]);
    if (filters.service) notes.push(filters.service.join(", "));
    return { id: meta.id || slug, title: meta.title || slug, slug: slug, summary: "", date: meta.date || "", notes: notes, facets: known };
  }

  function searchText() {
    var turn = ++asked, active = isAsked() || !rows && state.picked.some(function (values) { return values.size; });
    if (!hasText) {
      if (form.dataset.fullText === "true" && !served) hint.textContent = "Titles, summaries and names are searched. The full text needs a web server: aftersight serve.";
      return;
    }
    if (!active && !counting) return;
    var filters = {};
    state.picked.forEach(function (values, f) {
      if (values.size) filters[facets[f].key] = { any: Array.from(values, function (v) { return facets[f].values[v]; }) };
    });
    var late = function () { return turn !== asked; };
    var ask = function (pagefind, query) {
      // Without words the order is that of the pages, the newest first.
      return pagefind.search(telling(query) || null, { filters: filters });
    };
    loadEngine().then(function (pagefind) {
      if (!pagefind || late()) return null;
      var counts = counting && !rows ? pagefind.filters() : null;
      return Promise.resolve(counts).then(function () { return active ? ask(pagefind, state.q) : null; }).then(function (found) {
        if (!found || late()) return null;
        return take(found, state.q, late, function (pages) {
          var better = rows ? null : mended(terms(state.q), function (word) { return vocabulary().has(word) || isMarked(word, pages); });
          return better && ask(pagefind, better.join(" ")).then(function (again) {
            return again.results.length && !late() ? take(again, better.join(" "), late) : null;
          });
        });
      });
    }).catch(function () {
      if (late()) return;
      hasText = false;
      if (rows) update(); else loadRows();
    });
  }

  // A few pages at a time: each is a request. `again` may find that something else was meant.
  function take(found, query, late, again) {
    if (late()) return null;
    var answer = { query: query, total: found.results.length, pages: new Map(), more: null, busy: true,
      counts: counting ? { left: found.filters || {}, all: found.totalFilters || {} } : null };
    var at = 0;
    var next = function () {
      var some = found.results.slice(at, at + TEXTS);
      at += some.length;
      return Promise.all(some.map(function (result) {
        return result.data().then(function (page) { return { page: page, score: result.score || 0 }; });
      })).then(function (pages) {
        if (late()) return;
        pages.forEach(function (one) {
          var slug = /postmortems\/([^/?#]+)\//.exec(one.page.url);
          slug = slug && decodeURIComponent(slug[1]);
          if (slug) answer.pages.set(slug, { row: bySlug.get(slug) || rowOf(one.page, slug), excerpt: one.page.excerpt, score: one.score });
        });
        answer.more = at < found.results.length ? next : null;
        return again ? again(answer.pages) : null;
      }).then(function (better) {
        again = null;
        if (better || late()) return true;
        answer.busy = false;
        text = answer;
        update();
        return true;
      });
    };
    return next();
  }

  // ---- hands on the keyboard

  var timer = 0, pause = 0;
  input.addEventListener("input", function () {
    clearTimeout(timer);
    clearTimeout(pause);
    timer = setTimeout(function () {
      var query = input.value.trim();
      if (query === state.q) return;
      state.q = query;
      shown = PAGE;
      text = null;
      asked++;
      toAddress();
      update();
      // Half a word would fetch what the whole word does not need.
      pause = setTimeout(searchText, 250);
    }, rows && rows.length > 2000 ? 120 : 30);
  });
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    clearTimeout(timer);
    var query = input.value.trim(), first = list.querySelector("a");
    if (!query) return;
    if (query === state.q && first) { location.href = first.href; return; }
    // The answer is on its way.
    leap = true;
    clearTimeout(pause);
    if (query !== state.q || !text) { state.q = query; changed(); }
  });
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || results.hidden) return;
    var links = Array.from(list.querySelectorAll(".row-title a")), at = links.indexOf(document.activeElement);
    if (at < 0 && document.activeElement !== input) return;
    if (event.key === "ArrowDown" && links[at + 1]) { event.preventDefault(); links[at + 1].focus(); }
    else if (event.key === "ArrowUp" && at >= 0) { event.preventDefault(); (at ? links[at - 1] : input).focus(); }
    else if (event.key === "Escape" && at >= 0) input.focus();
    else if (event.key === "Escape" && input.value) { event.preventDefault(); input.value = ""; state.q = ""; leap = false; changed(); }
  });
  clear.addEventListener("click", function () {
    input.value = state.q = "";
    state.picked.forEach(function (values) { values.clear(); });
    changed();
    input.focus();
  });
  more.addEventListener("click", function () {
    var before = list.querySelectorAll(".row-title a").length;
    var focus = function () {
      var next = list.querySelectorAll(".row-title a")[before];
      if (next) next.focus();
    };
    if (rows) { shown += PAGE; update(); }
    if (text && text.more) text.more().then(focus); else focus();
  });
  window.addEventListener("hashchange", function () {
    if (location.hash.indexOf("=") < 0) return;
    fromAddress();
    changed();
    // A filter was followed from the middle of the page, which is another one now.
    if (!results.hidden && document.activeElement !== input) window.scrollTo(0, 0);
  });

  readRows();
  if (!rows && !hasText) loadRows();
  buildFacets();
  fromAddress();
  update();
  searchText();
})();
