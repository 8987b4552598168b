"use strict";
// Draws the picture that the page's data describe. Positions come with the data; nothing is fetched.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { nodes, edges, headings, kinds, states, properties, codes: meanings } = data;
  const COLOURS = {
    free: "#2f9e6e", accepted: "#2f9e6e", proposed: "#e0a11b", create: "#7a5cc9", blocked: "#d64545", skipped: "#8b98a5",
    "target only": "#6f8fc9", "": "#a3aebb",
  };
  const TITLES = { free: "right that can move", "": "policy or approver" };
  const NEAR = 0.58;                       // from which scale on the names of objects are shown
  const MANY = 9000;                       // so many edges are drawn at once; beyond, those of the focus only
  const LONGEST = 190;                     // width of a name beside its node
  const canvas = document.getElementById("picture"), pen = canvas.getContext("2d");
  const count = nodes.length;
  const X = new Float64Array(count), Y = new Float64Array(count);
  nodes.forEach((node, i) => { X[i] = node.x; Y[i] = node.y; });
  const around = nodes.map(() => []);
  edges.forEach((edge, i) => { around[edge[0]].push(i); around[edge[1]].push(i); });
  const codesOf = nodes.map((node) => (node.codes ? node.codes.split(" ") : []));
  const text = nodes.map((node) =>
    `${node.name} ${node.id} ${node.codes} ${kinds[node.kind]}`.toLowerCase());
  const off = { state: new Set(), kind: new Set(), wave: new Set() }, onlyCodes = new Set();
  let shown = new Uint8Array(count).fill(1), hits = [], found = new Uint8Array(count), hit = -1;
  let focus = -1, over = -1, scale = 1, left = 0, top = 0, asked = false;

  // A grid of the nodes, so that a click or a frame looks at those that are near only.
  const CELL = 160, grid = new Map();
  for (let i = 0; i < count; i++) {
    const key = `${Math.floor(X[i] / CELL)}:${Math.floor(Y[i] / CELL)}`;
    if (!grid.has(key)) grid.set(key, []);
    grid.get(key).push(i);
  }
  const mated = new Uint8Array(count);
  for (const [a, b, p] of edges) if (properties[p] === "counterpart") { mated[a] = 1; mated[b] = 1; }
  const SHAPES = { group: "square", roleDefinition: "diamond", administrativeUnit: "triangle", roleManagementPolicy: "triangle" };
  const GLYPHS = { square: "■", diamond: "◆", triangle: "▲" };
  const isRight = (i) => nodes[i].anchor === 0;
  const radius = (i) => (isRight(i) ? 4 : 5.5);

  function bounds() {
    let a = Infinity, b = Infinity, c = -Infinity, d = -Infinity;
    for (let i = 0; i < count; i++) {
      if (!shown[i]) continue;
      a = Math.min(a, X[i]); b = Math.min(b, Y[i]); c = Math.max(c, X[i]); d = Math.max(d, Y[i]);
    }
    return a === Infinity ? [0, 0, 1, 1] : [a - 230, b - 60, c + 230, d + 20];
  }
  function showAll() {
    const [a, b, c, d] = bounds(), w = canvas.clientWidth, h = canvas.clientHeight;
    scale = Math.min(w / (c - a), (h - 56) / (d - b), 1.4);
    left = (a + c) / 2 - w / scale / 2; top = (b + d) / 2 - (h + 16) / scale / 2;
    draw();
  }
  function goTo(i, near = Math.max(scale, 1)) {
    scale = near; left = X[i] - canvas.clientWidth / scale / 2; top = Y[i] - canvas.clientHeight / scale / 2;
    draw();
  }
  function zoom(factor, px, py) {
    const x = left + px / scale, y = top + py / scale;
    scale = Math.min(6, Math.max(0.01, scale * factor));
    left = x - px / scale; top = y - py / scale;
    draw();
  }
  function draw() {
    if (!asked) { asked = true; requestAnimationFrame(() => { asked = false; paint(); }); }
  }

  const inView = (i, m) => X[i] > left - m && X[i] < left + canvas.clientWidth / scale + m
    && Y[i] > top - m && Y[i] < top + canvas.clientHeight / scale + m;
  const dimmed = (i) => hits.length > 0 && !found[i];

  function trace(edge) {
    const [a, b, p] = edge, flat = Math.abs(Y[a] - Y[b]) < 1;
    pen.moveTo(X[a], Y[a]);
    if (flat && (properties[p] !== "counterpart" || Math.abs(X[a] - X[b]) < 600)) pen.lineTo(X[b], Y[b]);
    else if (flat) pen.quadraticCurveTo((X[a] + X[b]) / 2, Y[a] - Math.abs(X[a] - X[b]) * 0.08, X[b], Y[b]);
    else {
      const bend = (X[b] - X[a]) * 0.5;
      pen.bezierCurveTo(X[a] + bend, Y[a], X[b] - bend, Y[b], X[b], Y[b]);
    }
  }
  function strokes(list, colour, width, alpha) {
    if (!list.length) return;
    pen.beginPath();
    for (const edge of list) trace(edge);
    pen.strokeStyle = colour; pen.lineWidth = width / scale; pen.globalAlpha = alpha; pen.stroke(); pen.globalAlpha = 1;
  }
  function paintEdges(active) {
    const matched = {}, plain = [];
    let far = 0;
    const margin = 500;
    for (const edge of edges) {
      const [a, b, p, s] = edge;
      if (!shown[a] || !shown[b]) continue;
      if (properties[p] === "counterpart") {
        if (Math.abs(X[a] - X[b]) > 600 || !(inView(a, margin) || inView(b, margin))) continue;
        (matched[states[s]] ||= []).push(edge);
      } else if (inView(a, margin) || inView(b, margin)) {
        if (far++ < MANY) plain.push(edge);
      }
    }
    const quiet = active >= 0 || hits.length ? 0.35 : 1;
    if (far <= MANY) strokes(plain, "#8fa0b2", 1, Math.min(0.42, 90 / Math.sqrt(plain.length + 1) / 20 + 0.06) * quiet);
    for (const state of Object.keys(matched)) strokes(matched[state], COLOURS[state], 1.6, Math.min(0.75, Math.max(0.16, 2.2 * scale)) * quiet);
    if (active >= 0) {
      const mine = new Set(around[active]);
      // What hangs on a right is told by its objects: one step further.
      for (const i of around[active]) {
        const other = edges[i][0] === active ? edges[i][1] : edges[i][0];
        if (isRight(other)) around[other].forEach((one) => mine.add(one));
      }
      const lit = [...mine].map((i) => edges[i]).filter(([a, b]) => shown[a] && shown[b]);
      strokes(lit.slice(0, MANY), "#1f6feb", 1.5, lit.length > 400 ? 0.35 : 0.8);
    }
  }
  function outline(i, r) {
    const x = X[i], y = Y[i], shape = SHAPES[kinds[nodes[i].kind]];
    if (shape === "square") pen.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8);
    else if (shape === "diamond") { pen.moveTo(x, y - r * 1.25); pen.lineTo(x + r * 1.25, y); pen.lineTo(x, y + r * 1.25); pen.lineTo(x - r * 1.25, y); pen.closePath(); }
    else if (shape === "triangle") { pen.moveTo(x, y - r * 1.15); pen.lineTo(x + r * 1.15, y + r * 0.9); pen.lineTo(x - r * 1.15, y + r * 0.9); pen.closePath(); }
    else { pen.moveTo(x + r, y); pen.arc(x, y, r, 0, 2 * Math.PI); }
  }
  function paintNodes(active) {
    const groups = new Map();
    const w = left + canvas.clientWidth / scale, h = top + canvas.clientHeight / scale;
    for (let i = 0; i < count; i++) {
      if (!shown[i] || X[i] < left - 8 || X[i] > w + 8 || Y[i] < top - 8 || Y[i] > h + 8) continue;
      const key = `${COLOURS[states[nodes[i].state]] || COLOURS[""]}${dimmed(i) ? "-" : ""}`;
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(i);
    }
    for (const [key, members] of groups) {
      pen.beginPath();
      for (const i of members) {
        const r = Math.max(radius(i), 0.9 / scale);
        if (scale < 0.3) pen.rect(X[i] - r, Y[i] - r, 2 * r, 2 * r);
        else outline(i, r);
      }
      pen.fillStyle = key.slice(0, 7); pen.globalAlpha = key.endsWith("-") ? 0.16 : 1; pen.fill();
    }
    pen.globalAlpha = 1;
    for (const i of [active, hit >= 0 ? hits[hit] : -1]) {
      if (i < 0 || !shown[i]) continue;
      pen.beginPath(); pen.arc(X[i], Y[i], radius(i) + 3.5 / Math.sqrt(scale), 0, 2 * Math.PI);
      pen.strokeStyle = "#1f6feb"; pen.lineWidth = 2.2 / scale; pen.stroke();
    }
  }
  function shortened(name, widest) {
    if (pen.measureText(name).width <= widest) return name;
    let low = 1, high = name.length;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (pen.measureText(`${name.slice(0, middle)}…`).width <= widest) low = middle; else high = middle - 1;
    }
    return `${name.slice(0, low)}…`;
  }
  function label(i, strong) {
    const node = nodes[i], name = shortened(node.name, LONGEST);
    const wide = pen.measureText(name).width, gap = radius(i) + 5;
    const x = node.anchor === 2 ? X[i] - gap - wide : X[i] + gap;
    pen.globalAlpha = dimmed(i) && !strong ? 0.25 : 1;
    pen.fillStyle = strong ? "#e3eefd" : "rgba(245,247,249,.9)";
    pen.fillRect(x - 2, Y[i] - 8, wide + 4, 16);
    pen.fillStyle = strong ? "#0b3d91" : "#1c2733";
    pen.fillText(name, x, Y[i] + 0.5);
    if (!mated[i] && !node.side && states[node.state]) {
      const words = "no counterpart", far = pen.measureText(words).width;
      pen.fillStyle = COLOURS[states[node.state]];
      pen.fillText(words, node.anchor === 2 ? x - far - 8 : x + wide + 8, Y[i] + 0.5);
    }
    pen.globalAlpha = 1;
  }
  function paintNames(active) {
    pen.font = "12px 'Segoe UI', system-ui, Arial, 'DejaVu Sans', sans-serif";
    pen.textBaseline = "middle"; pen.textAlign = "left"; pen.direction = "ltr";
    if (scale >= NEAR) {
      for (let cx = Math.floor((left - 260) / CELL); cx <= (left + canvas.clientWidth / scale + 260) / CELL; cx++)
        for (let cy = Math.floor(top / CELL); cy <= (top + canvas.clientHeight / scale) / CELL; cy++)
          for (const i of grid.get(`${cx}:${cy}`) || []) if (shown[i] && !isRight(i)) label(i, false);
    }
    const lit = new Set(hits.length <= 60 ? hits : hits.slice(0, 60));
    if (active >= 0) {
      lit.add(active);
      for (const e of around[active].slice(0, 40)) lit.add(edges[e][0] === active ? edges[e][1] : edges[e][0]);
    }
    if (scale >= 0.28) for (const i of lit) if (shown[i] && (!isRight(i) || i === active)) label(i, true);
  }
  function paintHeadings() {
    const size = Math.min(150, Math.max(13, 12 / scale));
    pen.font = `600 ${size}px 'Segoe UI', system-ui, Arial, 'DejaVu Sans', sans-serif`;
    pen.fillStyle = "#5d6b7a"; pen.textBaseline = "alphabetic"; pen.textAlign = "left";
    const seen = [];
    for (const [name, x, y, anchor] of headings) {
      pen.textAlign = anchor === 2 ? "right" : "left";
      if (scale < 0.28 && seen.some(([a, b]) => Math.abs(a - x) < size * 9 && Math.abs(b - y) < size * 1.3)) continue;
      seen.push([x, y]);
      pen.fillText(name, x, y + 4);
    }
  }
  function paint() {
    const ratio = window.devicePixelRatio || 1, w = canvas.clientWidth, h = canvas.clientHeight;
    if (canvas.width !== Math.round(w * ratio) || canvas.height !== Math.round(h * ratio)) {
      canvas.width = Math.round(w * ratio); canvas.height = Math.round(h * ratio);
    }
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, w, h);
    pen.setTransform(ratio * scale, 0, 0, ratio * scale, -left * scale * ratio, -top * scale * ratio);
    const active = over >= 0 ? over : focus;
    paintEdges(active); paintHeadings(); paintNodes(active); paintNames(active);
  }

  function at(px, py) {
    const x = left + px / scale, y = top + py / scale, reach = Math.max(9, 7 / scale);
    let best = -1, nearest = reach * reach;
    const cells = Math.min(6, Math.ceil(reach / CELL));
    const cx = Math.floor(x / CELL), cy = Math.floor(y / CELL);
    for (let a = cx - cells; a <= cx + cells; a++) for (let b = cy - cells; b <= cy + cells; b++)
      for (const i of grid.get(`${a}:${b}`) || []) {
        const d = (X[i] - x) ** 2 + (Y[i] - y) ** 2;
        if (shown[i] && d < nearest) { nearest = d; best = i; }
      }
    return best;
  }

  // Everything that comes from a tenant goes into the page as text, never as markup.
  function make(tag, words, className) {
    const element = document.createElement(tag);
    if (words !== undefined) element.textContent = words;
    if (className) element.className = className;
    return element;
  }
  function showDetails(i) {
    const panel = document.getElementById("details");
    focus = i; panel.replaceChildren(); panel.hidden = i < 0;
    if (i >= 0) {
      const node = nodes[i], close = make("button", "×", "close");
      close.addEventListener("click", () => { showDetails(-1); });
      panel.append(close, make("h3", node.name));
      const list = make("dl");
      const facts = [["side", node.side ? "target" : "source"], ["kind", kinds[node.kind]],
        ["state", states[node.state] || "–"], ["wave", node.wave || "none"], ["id", node.id]];
      for (const [name, value] of facts) list.append(make("dt", name), make("dd", value));
      for (const code of codesOf[i]) list.append(make("dt", code), make("dd", meanings[code] || ""));
      panel.append(list, make("h2", `connected with ${around[i].length}`));
      const links = make("ul");
      for (const e of around[i].slice(0, 200)) {
        const [a, b, p] = edges[e], other = a === i ? b : a, item = make("li"), go = make("button");
        go.append(make("span", `${properties[p]}${a === i ? " → " : " ← "}`, "how"), make("span", nodes[other].name));
        go.addEventListener("click", () => { showDetails(other); goTo(other); });
        item.append(go); links.append(item);
      }
      panel.append(links);
      if (around[i].length > 200) panel.append(make("p", `+ ${around[i].length - 200} more`, "hint"));
    }
    draw();
  }

  function refilter() {
    for (let i = 0; i < count; i++) {
      const node = nodes[i];
      shown[i] = !off.state.has(node.state) && !off.kind.has(node.kind)
        && !off.wave.has(node.wave) && (!onlyCodes.size || codesOf[i].some((code) => onlyCodes.has(code))) ? 1 : 0;
    }
    if (onlyCodes.size) {
      // A code without what it is about says little: the objects on the other end of its edges stay too.
      const kept = shown.slice();
      for (const [a, b] of edges) {
        if (kept[a] && !off.kind.has(nodes[b].kind)) shown[b] = 1;
        if (kept[b] && !isRight(b) && !off.kind.has(nodes[a].kind) && !isRight(a)) shown[a] = 1;
      }
    }
    search(false);
  }
  function search(go) {
    const wanted = document.getElementById("search").value.trim().toLowerCase();
    hits = []; found = new Uint8Array(count); hit = -1;
    if (wanted) for (let i = 0; i < count; i++) if (shown[i] && text[i].includes(wanted)) { hits.push(i); found[i] = 1; }
    hits.sort((a, b) => isRight(a) - isRight(b) || a - b);
    document.getElementById("hits").textContent = wanted ? `${hits.length} found` : "";
    if (go && hits.length) { hit = 0; showDetails(hits[0]); goTo(hits[0]); }
    draw();
  }
  function box(parent, name, amount, colour, title, checked, changed) {
    const row = make("label"), input = make("input");
    input.type = "checkbox"; input.checked = checked;
    input.addEventListener("change", () => { changed(input.checked); refilter(); });
    row.append(input);
    if (colour) { const dot = make("span", "", "dot"); dot.style.background = colour; row.append(dot); }
    row.append(make("span", name), make("span", String(amount), "count"));
    if (title) row.title = title;
    parent.append(row);
  }
  function tally(key) {
    const amounts = new Map();
    for (const node of nodes) amounts.set(node[key], (amounts.get(node[key]) || 0) + 1);
    return amounts;
  }
  function filters() {
    for (const key of ["state", "kind", "wave"]) {
      const parent = document.getElementById(`by-${key}`), names = { state: states, kind: kinds }[key];
      parent.replaceChildren();
      const amounts = tally(key);
      const order = [...amounts.keys()].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
      for (const value of order) {
        const name = names ? names[value] : value;
        const glyph = key === "kind" ? `${GLYPHS[SHAPES[name]] || (name.endsWith("Schedule") ? "•" : "●")} ` : "";
        box(parent, glyph + (key === "wave" ? (name ? `wave ${name}` : "in no wave") : TITLES[name] || name), amounts.get(value),
          key === "state" ? COLOURS[name] || COLOURS[""] : "", "", true,
          (on) => { if (on) off[key].delete(value); else off[key].add(value); });
      }
    }
    const parent = document.getElementById("by-code"), amounts = new Map();
    parent.replaceChildren();
    codesOf.forEach((each) => each.forEach((code) => amounts.set(code, (amounts.get(code) || 0) + 1)));
    for (const code of [...amounts.keys()].sort())
      box(parent, code, amounts.get(code), "", meanings[code], false,
        (on) => { if (on) onlyCodes.add(code); else onlyCodes.delete(code); });
    if (!amounts.size) parent.append(make("span", "none found", "hint"));
  }

  let grip = null;
  canvas.addEventListener("pointerdown", (event) => {
    grip = { x: event.offsetX, y: event.offsetY, left, top, moved: false };
    canvas.setPointerCapture(event.pointerId); canvas.classList.add("dragged");
  });
  canvas.addEventListener("pointermove", (event) => {
    if (grip) {
      const dx = event.offsetX - grip.x, dy = event.offsetY - grip.y;
      if (Math.abs(dx) + Math.abs(dy) > 3) grip.moved = true;
      left = grip.left - dx / scale; top = grip.top - dy / scale; draw();
      return;
    }
    const now = at(event.offsetX, event.offsetY);
    if (now !== over) { over = now; canvas.classList.toggle("over", over >= 0); canvas.title = over >= 0 ? nodes[over].name : ""; draw(); }
  });
  canvas.addEventListener("pointerup", (event) => {
    canvas.classList.remove("dragged");
    if (grip && !grip.moved) showDetails(at(event.offsetX, event.offsetY));
    grip = null;
  });
  canvas.addEventListener("pointerleave", () => { over = -1; draw(); });
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault(); zoom(Math.exp(-event.deltaY * 0.0016), event.offsetX, event.offsetY);
  }, { passive: false });
  canvas.addEventListener("keydown", (event) => {
    const step = 80 / scale, moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    if (moves[event.key]) { left += moves[event.key][0]; top += moves[event.key][1]; draw(); }
    else if (event.key === "+") zoom(1.3, canvas.clientWidth / 2, canvas.clientHeight / 2);
    else if (event.key === "-") zoom(1 / 1.3, canvas.clientWidth / 2, canvas.clientHeight / 2);
    else if (event.key === "Escape") showDetails(-1);
    else return;
    event.preventDefault();
  });
  const field = document.getElementById("search");
  field.addEventListener("input", () => search(false));
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { field.value = ""; search(false); }
    if (event.key !== "Enter" || !hits.length) return;
    hit = (hit + (event.shiftKey ? hits.length - 1 : 1)) % hits.length;
    showDetails(hits[hit]); goTo(hits[hit]);
    document.getElementById("hits").textContent = `${hit + 1} of ${hits.length}`;
  });
  document.getElementById("nearer").addEventListener("click", () => zoom(1.4, canvas.clientWidth / 2, canvas.clientHeight / 2));
  document.getElementById("farther").addEventListener("click", () => zoom(1 / 1.4, canvas.clientWidth / 2, canvas.clientHeight / 2));
  document.getElementById("whole").addEventListener("click", showAll);
  document.getElementById("reset").addEventListener("click", () => {
    Object.values(off).forEach((each) => each.clear()); onlyCodes.clear(); field.value = "";
    filters(); refilter(); showAll();
  });
  new ResizeObserver(draw).observe(canvas);
  const rights = nodes.filter((node) => node.anchor === 0 && !node.side);
  const free = rights.filter((node) => states[node.state] === "free").length;
  document.getElementById("sides").textContent = `${free} of ${rights.length} rights can move · ${data.caption}`;
  filters(); refilter(); showAll();
  // A link to #name opens the page with that search.
  if (location.hash.length > 1) { field.value = decodeURIComponent(location.hash.slice(1)); search(true); }
})();
