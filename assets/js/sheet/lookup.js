// Who is meant: found while one types, by number among the unit's officers, which the page knows, and by
// name or among all others by asking. What is not certain is never taken without being shown.

const LATER = 150;
const SHOWN = 8;
const KHMER_ZERO = 0x17e0;

export function ascii(text) {
  return text
    .replace(/[០-៩]/g, (digit) => String(digit.charCodeAt(0) - KHMER_ZERO))
    .replace(/[\s\u200b]/g, "")
    .toUpperCase();
}

export function isNumber(text) {
  return /\d/.test(ascii(text));
}

export class Lookup {
  // `told(officer)` is called when the text names somebody, or nobody (null) any more.
  constructor(input, list, { url, elsewhere, told }) {
    Object.assign(this, { input, list, url, elsewhere, told });
    this.options = [];
    this.active = -1;
    this.picked = null;
    this.chosen = false;
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");
    input.addEventListener("input", () => this.typed());
    input.addEventListener("blur", () => setTimeout(() => this.close(), 200));
    list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const option = event.target.closest("[role=option]");
      if (option) this.pick(this.options[Number(option.dataset.index)]);
    });
    this.load();
  }

  async load() {
    const officers = await this.ask(this.url).catch(() => null);
    if (!officers) return;
    this.roster = officers;
    this.byNumber = new Map(officers.map((officer) => [officer.number, officer]));
    if (this.input.value) this.typed();
  }

  async ask(url) {
    const response = await fetch(url, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(8_000) });
    if (!response.ok) throw new Error(String(response.status));
    return (await response.json()).officers;
  }

  typed() {
    clearTimeout(this.timer);
    this.asked = null;
    this.name(null);
    const text = this.input.value.trim();
    const number = ascii(text);
    if (!text) return this.close();
    if (isNumber(text)) {
      const exact = this.byNumber?.get(number);
      if (exact) return this.name(exact);
      const fitting = (this.roster ?? []).filter(
        (one) => number.length > 1 && (one.number.startsWith(number) || one.number.endsWith(number)),
      );
      this.show(fitting.slice(0, SHOWN));
      if (fitting.length || number.length < 4) return undefined;
    }
    this.timer = setTimeout(() => this.find().catch(() => {}), LATER);
    return undefined;
  }

  // Ask about the text as it stands. Rejects without a connection; what came too late is not shown.
  async find() {
    clearTimeout(this.timer);
    const text = this.input.value.trim();
    this.asked ??= this.ask(`${this.url}?q=${encodeURIComponent(text)}`).then((found) => {
      if (this.input.value.trim() !== text) return [];
      const exact = found.find((one) => one.number === ascii(text));
      if (exact) this.name(exact);
      else this.show(found);
      return found;
    });
    return this.asked;
  }

  name(officer, chosen = false) {
    this.picked = officer;
    this.chosen = chosen;
    this.close();
    this.told(officer);
  }

  pick(officer) {
    this.input.value = officer.number;
    this.asked = null;
    this.name(officer, true);
    this.input.focus();
  }

  show(officers) {
    this.options = officers;
    this.active = -1;
    this.list.replaceChildren(
      ...officers.map((officer, index) => {
        const option = document.createElement("li");
        option.id = `officer-${index}`;
        option.role = "option";
        option.dataset.index = index;
        option.append(...describe(officer, this.elsewhere));
        return option;
      }),
    );
    this.list.hidden = officers.length === 0;
    this.input.setAttribute("aria-expanded", String(officers.length > 0));
    this.input.removeAttribute("aria-activedescendant");
  }

  close() {
    this.show([]);
  }

  move(step) {
    if (!this.options.length) return;
    this.active = (this.active + step + this.options.length) % this.options.length;
    [...this.list.children].forEach((option, index) =>
      option.setAttribute("aria-selected", String(index === this.active)),
    );
    const option = this.list.children[this.active];
    this.input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  clear() {
    this.input.value = "";
    this.asked = null;
    clearTimeout(this.timer);
    this.name(null);
  }
}

function part(name, text, attributes = {}) {
  const element = document.createElement(name);
  element.textContent = text;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

// Number, both names, year of birth, rank and unit: enough to notice the wrong person.
export function describe(officer, elsewhere) {
  const who = [officer.born, officer.rank, officer.unit].join(" · ");
  const parts = [
    part("strong", officer.number),
    " ",
    part("span", officer.km, { lang: "km" }),
    " ",
    part("span", officer.latin, { lang: "en" }),
    " ",
    part("span", who, { class: "lines__who" }),
  ];
  if (officer.elsewhere) parts.push(" ", part("strong", elsewhere, { class: "lines__elsewhere" }));
  return parts;
}
