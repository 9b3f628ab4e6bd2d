"use strict";
// Text reaches the page by textContent only; nothing of the program under test is ever parsed as HTML.
(() => {
  const { texts, sources, executions } = JSON.parse(document.getElementById("data").textContent);
  // Where a row has a text it holds the text's number, in these columns.
  const COLUMNS = { moments: [4, 5], switches: [3, 4], standings: [1, 2], holdings: [2], links: [2, 3], before: [1, 2], changes: [1, 2], logged: [3], output: [2] };
  const PER_THREAD = ["standings", "holdings"];
  for (const execution of executions.filter(Boolean)) {
    for (const [name, columns] of Object.entries(COLUMNS)) {
      const rows = PER_THREAD.includes(name) ? execution[name].flat() : execution[name];
      for (const row of rows) for (const column of columns) row[column] = texts[row[column]];
    }
    execution.source = execution.files.map((number) => sources[number][1]);
    execution.files = execution.files.map((number) => sources[number][0]);
  }

  const make = (tag, className, ...children) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.append(...children);
    return element;
  };
  const colour = (thread) => (thread < 0 ? "" : `t${thread % 6}`);
  const row = (cells, className) => {
    const [first, ...rest] = cells.map((cell) => (typeof cell === "string" ? document.createTextNode(cell) : cell));
    const head = make("th", "", first);
    head.scope = "row";
    return make("tr", className, head, ...rest.map((cell) => make("td", "", cell)));
  };

  // The last of a sorted list that began at or before a moment; undefined before the first.
  const lastAt = (list, moment, since) => {
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (since(list[middle]) <= moment) low = middle + 1;
      else high = middle;
    }
    return list[low - 1];
  };

  const BEFORE = 3;
  const AFTER = 4;
  const KEPT = 24;
  const SAID = 6;

  function play(player, execution) {
    const { threads, files, moments, switches, standings, holdings, links, before, changes, logged, output, source, complete } = execution;
    const section = player.closest("section");
    const slider = player.querySelector("input");
    const now = player.querySelector(".now");
    const position = player.querySelector(".position");
    const cards = player.querySelector(".cards");
    const state = player.querySelector(".state");
    const table = section.querySelector(".steps");
    // A row says its step; a note says its moment.
    for (const each of table.querySelectorAll("tbody tr:not([data-moment])")) {
      each.dataset.moment = String(Math.max(1, 1 + moments.indexOf(lastAt(moments, Number(each.cells[0].textContent), (one) => one[0]))));
    }
    const rows = [...table.querySelectorAll("tr[data-moment]")].filter((each) => !each.classList.contains("note") || each.classList.contains("gap"));
    const picture = section.querySelector(".picture");
    const svg = picture.querySelector("svg");
    const cursor = svg.querySelector(".cursor");
    const left = Number(svg.dataset.left);
    const pitch = Number(svg.dataset.pitch);
    const stops = [...new Set(switches.map((each) => each[0] + 1))].filter((stop) => stop >= 1 && stop <= moments.length);
    // For each thread the moments at which it stood on a line.
    const places = threads.map(() => []);
    moments.forEach(([, thread, file, line], index) => {
      if (line && file >= 0) places[thread].push([index + 1, file, line]);
    });
    let current = -1;

    const sentence = (moment) => {
      if (!moment) return "Before the first step.";
      const [step, thread, file, line, , effect] = moments[moment - 1];
      const where = line ? `, ${files.length > 1 ? `${files[file].split(/[\\/]/).pop()} ` : ""}line ${line}` : "";
      return `Step ${step}: ${threads[thread]}${where}: ${effect}`;
    };

    const tell = (moment) => {
      now.className = "now";
      if (!moment) {
        now.replaceChildren("Before the first step. Move the slider, press Next, or choose a row of the table.");
        return;
      }
      const [step, thread, , line, , effect] = moments[moment - 1];
      now.classList.add(colour(thread));
      const parts = [`Step ${step}: `, make("b", "", threads[thread]), line ? `, line ${line}: ${effect}. ` : `: ${effect}. `];
      for (const each of switches) if (each[0] === moment - 1 && each[2] === thread) parts.push(`Just before it ${each[4]}. `);
      for (const [origin, target, relation, place] of links) {
        if (target !== moment) continue;
        const [from, who, , , , did] = moments[origin - 1];
        const verb = { sees: "It sees what", overwrites: "It writes over what", wakes: "It could go on after what" }[relation];
        parts.push(`${verb} ${threads[who]} did to ${place} in step ${from} (${did}). `);
      }
      if (complete && moment >= complete) parts.push(moment > complete ? `What is wrong was complete in step ${moments[complete - 1][0]}. ` : "With this, what is wrong is complete. ");
      now.replaceChildren(...parts);
    };

    const lines = (thread, moment, isRunning) => {
      const place = lastAt(places[thread], moment, (each) => each[0]);
      if (!place) return [];
      const [, file, line] = place;
      const list = make("ol");
      const reach = isRunning || threads.length < 3 ? [BEFORE, AFTER] : [1, 1];
      const shown = [];
      for (let number = line - reach[0]; number <= line + reach[1]; number += 1) {
        const tokens = source[file] && source[file][number];
        if (tokens && (number === line || tokens.some(([, part]) => part.trim()))) shown.push([number, tokens]);
      }
      const indents = shown.filter(([, tokens]) => tokens.length).map(([, tokens]) => tokens.map((each) => each[1]).join("").search(/\S|$/));
      const indent = Math.min(...indents, 200);
      for (const [number, tokens] of shown) {
        const item = make("li", "", make("i", "", `${number === line ? "\u25B6" : " "} ${number}`));
        const text = make("span");
        let toDrop = indent;
        for (const [name, whole] of tokens) {
          const part = whole.slice(Math.min(toDrop, whole.length));
          toDrop -= whole.length - part.length;
          text.append(name ? make("span", name, part) : part);
        }
        item.append(text);
        if (number === line) item.setAttribute("aria-current", "true");
        list.append(item);
      }
      return [list];
    };

    const showCards = (moment) => {
      const runs = moment ? moments[moment - 1][1] : -1;
      cards.replaceChildren(
        ...threads.map((name, thread) => {
          const standing = lastAt(standings[thread], moment, (each) => each[0]);
          const words = !standing ? "not started" : { running: "runs", ready: "could run", blocked: standing[2] || "waits", ended: "has ended" }[standing[1]];
          const card = make("div", `card ${colour(thread)}${thread === runs ? " runs" : ""}`);
          const head = make("h4", "", name, make("span", "", words));
          for (const [since, until, lock, line] of holdings[thread]) {
            if (since <= moment && (!until || until > moment)) head.append(make("span", "lock", `holds ${lock}${line ? ` since line ${line}` : ""}`));
          }
          card.append(head);
          if (!standing || standing[1] !== "ended" || thread === runs) card.append(...lines(thread, moment, thread === runs));
          return card;
        }),
      );
    };

    const valuesAt = (moment) => {
      const held = new Map(before.map((each) => [each[1], each]));
      for (const each of changes) {
        if (each[0] > moment) break;
        held.set(each[1], each);
      }
      return [...held.values()];
    };

    const showValues = (moment) => {
      const held = valuesAt(moment);
      if (!held.length) return [];
      const body = make("tbody");
      for (const [at, place, value, thread, line] of held) {
        const isNew = at === moment && moment > 0;
        const by = thread >= 0 ? `${threads[thread]}${line ? `, line ${line}` : ""}` : line ? `line ${line}` : "";
        body.append(row([place, value === "" ? "(not shown by the trace)" : value, isNew ? `\u25C0 now: ${by}` : by], isNew ? "changed" : ""));
      }
      const head = make("tr");
      for (const name of ["what threads share", "holds", "last written by"]) {
        const cell = make("th", "", name);
        cell.scope = "col";
        head.append(cell);
      }
      return [make("div", "values", make("table", "", make("thead", "", head), body))];
    };

    const showLog = (title, isPut, moment) => {
      const passed = logged.filter((each) => each[1] === isPut && each[0] <= moment);
      const list = make("ul", "chips");
      if (passed.length > KEPT) list.append(make("li", "", `\u2026 ${passed.length - KEPT} before`));
      for (const [at, , thread, value] of passed.slice(-KEPT)) {
        const item = make("li", `${colour(thread)}${at === moment ? " new" : ""}`, value);
        item.title = threads[thread];
        list.append(item);
      }
      return make("div", "", make("h4", "", `${title} so far (${passed.length})`), passed.length ? list : make("p", "small", "nothing yet"));
    };

    const showOutput = (moment) => {
      if (!output.length) return [];
      const said = output.filter((each) => each[0] <= moment).slice(-SAID);
      const list = make("ul", "said");
      for (const [, thread, text] of said) list.append(make("li", colour(thread), make("b", "", thread < 0 ? "" : `${threads[thread]}: `), text));
      return [make("div", "values", make("h4", "", "Printed so far"), said.length ? list : make("p", "small", "nothing yet"))];
    };

    const markRow = (moment) => {
      for (const marked of table.querySelectorAll("[aria-current]")) marked.removeAttribute("aria-current");
      const found = moment && lastAt(rows, moment, (each) => Number(each.dataset.moment));
      if (!found) {
        table.scrollTop = 0;
        return;
      }
      found.setAttribute("aria-current", "step");
      const head = table.querySelector("thead").offsetHeight;
      const top = found.offsetTop - head - 8;
      if (top < table.scrollTop || found.offsetTop + found.offsetHeight + 24 > table.scrollTop + table.clientHeight) table.scrollTop = top - table.clientHeight / 3;
    };

    const markPicture = (moment) => {
      cursor.setAttribute("visibility", moment ? "visible" : "hidden");
      const x = left + (moment - 1) * pitch;
      cursor.setAttribute("x", String(x));
      if (x < picture.scrollLeft + 20 || x + pitch > picture.scrollLeft + picture.clientWidth - 20) picture.scrollLeft = x - picture.clientWidth / 3;
    };

    const show = (wanted) => {
      const moment = Math.max(0, Math.min(moments.length, wanted));
      if (moment === current) return;
      current = moment;
      slider.value = String(moment);
      slider.setAttribute("aria-valuetext", sentence(moment));
      position.textContent = `${moment} of ${moments.length}`;
      tell(moment);
      showCards(moment);
      const logs = logged.length ? [showLog("Produced", true, moment), showLog("Consumed", false, moment)] : [];
      state.replaceChildren(...showValues(moment), ...logs, ...showOutput(moment));
      markRow(moment);
      markPicture(moment);
    };

    const go = {
      first: () => 0,
      last: () => moments.length,
      back: () => current - 1,
      on: () => current + 1,
      "switch-back": () => stops.filter((stop) => stop < current).pop() ?? 0,
      "switch-on": () => stops.find((stop) => stop > current) ?? moments.length,
    };
    slider.addEventListener("input", () => show(Number(slider.value)));
    for (const button of player.querySelectorAll("[data-go]")) button.addEventListener("click", () => show(go[button.dataset.go]()));
    table.addEventListener("click", (event) => {
      const chosen = event.target.closest("tr[data-moment]");
      if (chosen && !String(getSelection())) show(Number(chosen.dataset.moment));
    });
    svg.addEventListener("click", (event) => {
      show(Math.ceil((event.clientX - svg.getBoundingClientRect().left - left) / pitch));
    });
    // Of marks that look alike and say the same, each says its step when it is pointed at.
    svg.addEventListener("pointerover", (event) => {
      const mark = event.target.closest("use");
      if (!mark || mark.firstChild) return;
      const title = document.createElementNS(svg.namespaceURI, "title");
      title.textContent = sentence(Math.round((Number(mark.getAttribute("x")) - left) / pitch + 0.5));
      mark.append(title);
    });
    // What lies in a closed part of the page has no place to scroll to.
    player.closest("details")?.addEventListener("toggle", () => {
      markRow(current);
      markPicture(current);
    });
    player.hidden = false;
    // The first thing to see is the switch that nobody asked for; where there is none, what was raised, else the first step.
    const asked = switches.find((each) => each[3] === "preemption" || each[3] === "expiry");
    const raised = moments.findIndex((each) => each[4] === "raise");
    show(asked ? asked[0] + 1 : raised >= 0 ? raised + 1 : 1);
  }

  async function copy(button) {
    const command = button.parentElement.querySelector(".command");
    let isCopied = false;
    try {
      await navigator.clipboard.writeText(command.textContent);
      isCopied = true;
    } catch {
      // From file:// some browsers refuse; the older way needs a selection.
      getSelection().selectAllChildren(command);
      isCopied = document.execCommand("copy");
    }
    button.textContent = isCopied ? "Copied" : "Press Ctrl+C";
  }

  document.documentElement.classList.add("scripted");
  for (const player of document.querySelectorAll(".player")) play(player, executions[Number(player.dataset.player)]);
  for (const button of document.querySelectorAll(".copy")) {
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", () => copy(button));
  }
  addEventListener("beforeprint", () => {
    // What is told elsewhere is printed only where the reader has unfolded it.
    for (const details of document.querySelectorAll("details:not(.likewise)")) details.open = true;
  });
})();
