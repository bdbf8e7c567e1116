// The sheet, by keyboard. A negative line is its number and Enter; everything else is asked for when needed.
// Without this script the same form sends one line at a time.
import { ascii, describe, isNumber, Lookup } from "./sheet/lookup.js";
import { Queue, waitingSheets } from "./sheet/queue.js";

const SETTLED = 500; // a line on its way for less than this is not worth a word
const SHOWN = 10;

function begin(form) {
  const say = (name) => form.getAttribute(`data-say-${name}`);
  const part = (id) => document.getElementById(id);
  const number = form.elements.number;
  const specimen = form.elements.specimen_number;
  const nonNegative = part("non-negative");
  const notTaken = part("not-taken");
  const panels = [nonNegative, notTaken, part("remark")];
  let unchecked = "";
  let shownSoon = null;
  let shownLater;

  const notice = (text = "") => {
    part("notice").textContent = text;
  };

  // What became of the last line, until the next one.
  const tell = (text, manner = "") => {
    part("saved").textContent = text;
    part("saved").className = manner ? `saved saved--${manner}` : "saved";
  };

  const lookup = new Lookup(number, part("officers"), {
    url: form.dataset.officers,
    elsewhere: say("elsewhere"),
    told(officer) {
      part("card").replaceChildren(...(officer ? describe(officer, say("elsewhere")) : []));
      part("card").classList.toggle("entry__card--elsewhere", Boolean(officer?.elsewhere));
      if (officer) notice();
    },
  });

  const queue = new Queue({
    owner: form.dataset.store,
    url: form.action,
    csrfCookie: form.dataset.csrfCookie,
    changed: () => {
      shownSoon ??= requestAnimationFrame(showQueue);
    },
    saved: (line, answer) => showLine(answer),
    refused: () => tell(""),
  });

  function showLine(answer) {
    const table = part("lines");
    const body = table.tBodies[0];
    const row = document.createElement("tbody");
    row.innerHTML = answer.html;
    const before = part(`line-${answer.line}`);
    if (before) before.replaceWith(...row.children);
    else body.prepend(...row.children);
    table.hidden = false;
    part("no-lines")?.remove();
    tell(answer.saved);
    for (const [name, value] of Object.entries(answer.totals)) {
      document.querySelector(`[data-total=${name}]`).textContent = value;
    }
  }

  function showQueue() {
    shownSoon = null;
    const lines = queue.lines();
    const held = ["waiting", "signed-out"].includes(queue.state);
    const late = lines.filter((line) => !line.refused && (held || Date.now() - line.order > SETTLED));
    const shown = [...lines.filter((line) => line.refused), ...late.slice(0, SHOWN)].map((line) => queued(line));
    if (late.length > SHOWN) shown.push(more(late.length - SHOWN));
    part("queue").replaceChildren(...shown);
    const waiting = lines.filter((line) => !line.refused).length;
    const banner = part("connection");
    banner.hidden = !(held && waiting);
    banner.firstElementChild.textContent =
      queue.state === "signed-out" ? say("signed-out") : `${say("waiting")} ${waiting}`;
    clearTimeout(shownLater);
    if (waiting && !held) shownLater = setTimeout(() => queue.changed(), SETTLED);
  }

  function more(count) {
    const item = document.createElement("li");
    item.textContent = `+ ${count}`;
    return item;
  }

  function queued(line) {
    const item = document.createElement("li");
    item.append(line.label, " ");
    const state = document.createElement("strong");
    state.textContent = say(line.refused ? "refused" : queue.state === "sending" ? "sending" : "waits");
    item.append(state);
    if (!line.refused) return item;
    item.className = "queue__refused";
    for (const text of line.refused) {
      const problem = document.createElement("p");
      problem.className = "govuk-error-message";
      problem.textContent = text;
      item.append(problem);
    }
    item.append(
      act(say("edit"), () => {
        queue.drop(line.key);
        fill(line.fields);
      }),
      act(say("drop"), () => {
        queue.drop(line.key);
        number.focus();
      }),
    );
    return item;
  }

  function act(label, run) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "queue__act";
    button.textContent = label;
    button.addEventListener("click", run);
    return button;
  }

  function fill(fields) {
    clear();
    for (const [name, value] of fields) {
      const field = form.elements[name];
      if (!field || name === "entry_key") continue;
      const choices = field instanceof RadioNodeList ? [...field] : [field];
      for (const input of choices) {
        if (input.type === "checkbox" || input.type === "radio") input.checked ||= input.value === value;
        else input.value = value;
      }
    }
    for (const panel of panels) panel.open = isMarked(panel);
    number.focus();
    number.select();
    lookup.typed();
  }

  const isMarked = (panel) =>
    [...panel.querySelectorAll("input")].some((input) =>
      input.type === "text" ? input.value : input.checked && input.value,
    );

  function clear() {
    for (const panel of panels) {
      empty(panel);
      panel.open = false;
    }
    specimen.value = "";
    unchecked = "";
    lookup.clear();
    notice();
  }

  function empty(panel) {
    for (const input of panel.querySelectorAll("input")) {
      if (input.type === "text") input.value = "";
      else input.checked = input.type === "radio" && input.value === "";
    }
  }

  // A mark that cannot be seen must not count.
  for (const panel of panels) {
    panel.addEventListener("toggle", () => panel.open || empty(panel));
  }

  function open(panel) {
    panel.open = true;
    panel.querySelector("input[type=checkbox], input[type=radio]:not([value=''])").focus();
  }

  function ask(text, input) {
    notice(text);
    input.focus();
    return false;
  }

  // Whether the line says all it must; what it lacks is asked for.
  function isWhole() {
    const marked = (name) => [...form.querySelectorAll(`[name=${name}]:checked`)].map((one) => one.value);
    const choices = (panel) => panel.querySelector("input[type=checkbox], input[type=radio]:not([value=''])");
    const [taken] = marked("not_taken");
    if (nonNegative.open && !isMarked(nonNegative)) return ask(say("drug"), choices(nonNegative));
    if (notTaken.open && !taken) return ask(say("not-taken"), choices(notTaken));
    if (taken === "absent" && !marked("excuse")[0]) {
      return ask(say("excuse"), form.querySelector("[name=excuse]:not([value=''])"));
    }
    if (marked("non_negative_for").length && !specimen.value.trim()) return ask(say("specimen"), specimen);
    return true;
  }

  // The officer whose line it is, or null while that is not certain; then what to do stands in the notice.
  async function settle() {
    if (lookup.picked) return lookup.picked;
    const text = number.value.trim();
    if (!text) return null;
    if (lookup.active >= 0) return lookup.pick(lookup.options[lookup.active]), hint();
    if (!isNumber(text)) {
      if (!lookup.options.length) await lookup.find().catch(() => {});
      if (lookup.options.length) lookup.pick(lookup.options[0]);
      return hint();
    }
    if (lookup.options.length > 1) return notice(say("several")), null;
    if (lookup.options.length === 1 && text.length > 2) return lookup.pick(lookup.options[0]), hint();
    // A roster too long for the page: the system itself judges the number and names the officer.
    if (!lookup.roster) return { number: ascii(text), km: "", latin: "" };
    if (unchecked === text) return { number: ascii(text), km: "", latin: "" };
    try {
      const found = await lookup.find();
      if (!lookup.picked && found.length === 1) lookup.pick(found[0]);
    } catch {
      unchecked = text;
      return notice(say("unchecked")), null;
    }
    return hint();
  }

  function hint() {
    notice(lookup.picked ? "" : lookup.options.length ? say("several") : say("nobody"));
    if (lookup.picked) {
      const next = document.createElement("em");
      next.textContent = say("press-again");
      part("card").append(next);
    }
    return null;
  }

  async function proceed() {
    const officer = await settle();
    if (!officer) return number.focus();
    if (!isWhole()) return undefined;
    const fields = [...new FormData(form)].filter(
      ([name, value]) => value && name !== "csrfmiddlewaretoken" && name !== "number",
    );
    fields.push(["number", officer.number]);
    const label = [officer.number, officer.km, officer.latin, ...marks()].filter(Boolean).join(" ");
    clear();
    number.focus();
    tell(`${label}: ${say("saved-soon")}`, "soon");
    queue.add(fields, label);
    return undefined;
  }

  function marks() {
    return [...form.querySelectorAll("details[open] input:checked")]
      .filter((input) => input.value)
      .map((input) => form.querySelector(`label[for="${input.id}"]`).firstChild.textContent.trim());
  }

  number.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const text = number.value.trim();
    const open_ = lookup.options.length > 0;
    if (event.key === "ArrowDown" && open_) lookup.move(1);
    else if (event.key === "ArrowUp" && open_) lookup.move(-1);
    else if (event.key === "ArrowUp" && !text) document.querySelector("[data-correct]")?.focus();
    else if (event.key === "+" && text) open(nonNegative);
    else if (event.key === "/" && text) open(notTaken);
    else if (event.key === " " && lookup.picked) specimen.focus();
    else return;
    event.preventDefault();
  });

  specimen.addEventListener("keydown", (event) => {
    if (event.key !== "+" || event.isComposing) return;
    event.preventDefault();
    open(nonNegative);
  });

  // A choice just made by picking it, and not saved, must not go unnoticed when the next number is typed.
  number.addEventListener(
    "input",
    () => {
      const left = lookup.chosen ? lookup.picked : null;
      if (left) tell(`${say("not-saved")} ${left.number} ${left.km} ${left.latin}`, "not");
      unchecked = "";
    },
    { capture: true },
  );

  form.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const { target } = event;
    if (event.key === "Enter" && target.tagName === "INPUT") {
      event.preventDefault();
      proceed();
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (lookup.options.length) lookup.close();
      else clear();
      number.focus();
    } else if (["checkbox", "radio"].includes(target.type) && /^[1-9]$/.test(ascii(event.key))) {
      const choices = [...target.closest("fieldset").querySelectorAll("input:not([value=''])")];
      const choice = choices[Number(ascii(event.key)) - 1];
      if (!choice) return;
      event.preventDefault();
      choice.focus();
      choice.click();
      if (choice.name === "not_taken" && choice.value === "absent") {
        form.querySelector("[name=excuse]:not([value=''])").focus();
      }
    }
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    proceed();
  });

  part("connection")
    .querySelector("button")
    .addEventListener("click", () => queue.run());

  document.querySelector("[data-send]")?.addEventListener("click", (event) => {
    if (!queue.lines().length) return;
    event.preventDefault();
    notice(say("send-first"));
    number.focus();
  });

  for (const group of form.querySelectorAll(".entry__panel fieldset")) {
    [...group.querySelectorAll("input:not([value=''])")].slice(0, 9).forEach((input, index) => {
      const key = document.createElement("kbd");
      key.ariaHidden = "true";
      key.textContent = index + 1;
      form.querySelector(`label[for="${input.id}"]`).append(key);
    });
  }
  form.classList.add("entry--scripted");
  showQueue();
  queue.run();
  number.focus({ preventScroll: true });
}

const form = document.getElementById("entry");
if (form) begin(form);

for (const place of document.querySelectorAll("[data-waiting-lines]")) {
  const list = place.querySelector("[data-sheet-url]");
  for (const [sheet, count] of waitingSheets(place.dataset.waitingLines)) {
    const link = document.createElement("a");
    link.className = "govuk-link";
    link.href = list.dataset.sheetUrl.replace("/0/", `/${sheet}/`);
    link.textContent = `${link.getAttribute("href")} (${count})`;
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
    place.hidden = false;
  }
}
