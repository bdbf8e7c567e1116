// What every page may use. Nothing here is needed to use a page: without script all of it stands open.
import {
  Button,
  CharacterCount,
  Checkboxes,
  createAll,
  ErrorSummary,
  NotificationBanner,
  PasswordInput,
  Radios,
  ServiceNavigation,
  SkipLink,
  Tabs,
} from "govuk-frontend";
import { Alert } from "@ministryofjustice/frontend";
import htmx from "htmx.org";

const parts = [
  Alert,
  Button,
  CharacterCount,
  Checkboxes,
  ErrorSummary,
  NotificationBanner,
  PasswordInput,
  Radios,
  ServiceNavigation,
  SkipLink,
  Tabs,
];

document.body.classList.add("js-enabled", "govuk-frontend-supported");
window.htmx = htmx;

function enliven(scope) {
  for (const Part of parts) createAll(Part, undefined, scope);
}

enliven(document);
htmx.onLoad((fragment) => {
  if (fragment !== document.body) enliven(fragment.parentElement ?? fragment);
});

// A menu made of <details> closes like a menu: by Escape, and by a click or focus elsewhere.
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(except)) menu.open = false;
  }
}
document.addEventListener("click", (event) => closeMenus(event.target));
document.addEventListener("focusin", (event) => closeMenus(event.target));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest?.("details[data-menu][open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// On a phone the filters stand closed, unless some are set.
for (const panel of document.querySelectorAll("details[data-filters]:not([data-set])")) {
  if (window.matchMedia("(max-width: 40.0525em)").matches) panel.open = false;
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// A passkey that could not be made or used: allauth's script says so, and the page says it in words.
document.addEventListener("allauth.error", () => {
  const trouble = document.querySelector("[data-passkey-trouble]");
  if (!trouble) return;
  const insecure = !window.isSecureContext || /^[\d.]+$|^\[/.test(window.location.hostname);
  trouble.querySelector("[data-insecure]").hidden = !insecure;
  trouble.querySelector("[data-otherwise]").hidden = insecure;
  trouble.hidden = false;
  trouble.focus();
});
