// Lines that the system has not acknowledged yet. They are kept in this browser until it has, one key for
// each, so that two tabs never write over one another. Each carries a key of its own making: sent twice, it
// is still one line.

const PREFIX = "probity.line.";
const PATIENCE = 20_000;
const PAUSES = [2_000, 4_000, 8_000, 15_000, 30_000];

export function uuid() {
  // crypto.randomUUID exists only under https.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function cookie(name) {
  const found = document.cookie.split("; ").find((part) => part.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

// Sheets of a user on which lines wait: [sheet id, how many].
export function waitingSheets(user) {
  const sheets = new Map();
  for (const name of Object.keys(localStorage)) {
    if (!name.startsWith(`${PREFIX}${user}.`)) continue;
    const sheet = name.split(".")[3];
    sheets.set(sheet, (sheets.get(sheet) ?? 0) + 1);
  }
  return [...sheets];
}

export class Queue {
  // `owner` is "user.sheet"; `changed` is called when anything about the lines or the connection changes,
  // `saved` with the line and the system's answer, `refused` with the line.
  constructor({ owner, url, csrfCookie, changed, saved, refused }) {
    Object.assign(this, { url, csrfCookie, changed, saved, refused });
    this.prefix = `${PREFIX}${owner}.`;
    this.state = "idle";
    this.failures = 0;
    this.unkept = new Map();
    window.addEventListener("online", () => this.run());
    window.addEventListener("storage", () => this.changed());
  }

  lines() {
    const kept = Object.keys(localStorage).filter((name) => name.startsWith(this.prefix));
    const lines = [...this.unkept.values(), ...kept.map((name) => JSON.parse(localStorage.getItem(name)))];
    return lines.sort((one, other) => one.order - other.order);
  }

  add(fields, label) {
    const key = uuid();
    const last = this.lines().at(-1)?.order ?? 0;
    this.keep({ key, fields, label, order: Math.max(Date.now(), last + 1), refused: null });
    this.run();
  }

  keep(line) {
    try {
      localStorage.setItem(this.prefix + line.key, JSON.stringify(line));
    } catch {
      this.unkept.set(line.key, line); // no room, or none allowed: this page alone knows it
    }
    this.changed();
  }

  drop(key) {
    localStorage.removeItem(this.prefix + key);
    this.unkept.delete(key);
    this.changed();
  }

  async run() {
    if (this.running) return;
    clearTimeout(this.timer);
    this.running = true;
    try {
      let line;
      while ((line = this.lines().find((one) => !one.refused))) {
        this.become(this.state === "waiting" ? "waiting" : "sending");
        const outcome = await this.post(line);
        if (outcome === "refused" || outcome === "saved") {
          this.failures = 0;
          this.state = "sending";
          continue;
        }
        this.become(outcome);
        this.timer = setTimeout(() => this.run(), PAUSES[Math.min(this.failures++, PAUSES.length - 1)]);
        return;
      }
      this.become("idle");
    } finally {
      this.running = false;
    }
  }

  become(state) {
    this.state = state;
    this.changed();
  }

  async post(line) {
    const body = new URLSearchParams(line.fields);
    body.set("entry_key", line.key);
    let response;
    let answer;
    try {
      response = await fetch(this.url, {
        method: "POST",
        body,
        headers: { Accept: "application/json", "X-CSRFToken": cookie(this.csrfCookie) },
        redirect: "manual",
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (response.status >= 500) return "waiting";
      const speaksOurs = response.headers.get("Content-Type")?.startsWith("application/json");
      if (!speaksOurs) return "signed-out"; // the sign-in page, or the form is older than the session
      answer = await response.json();
    } catch {
      return "waiting";
    }
    if (response.ok) {
      this.drop(line.key);
      this.saved(line, answer);
      return "saved";
    }
    const refused = answer.problems?.map((problem) => problem.message) ?? [answer.message];
    this.keep({ ...line, refused });
    this.refused(line);
    return "refused";
  }
}
