// Where the page begins.
import { App } from "./app.js";
import { linkOf, readLink } from "./state/link.js";
import { byId } from "./ui/dom.js";
import { startMissedDrops } from "./ui/dropping.js";
import { dismiss } from "./ui/notice.js";
import { currentLanguage, setLanguage, t, translatePage } from "./ui/strings.js";
import { startTheme } from "./ui/theme.js";
import { startCalls } from "./views/calls.js";
import { startDelivery } from "./views/delivery.js";
import { startHistory, startKeyDialog } from "./views/dialogs.js";
import { startEditor } from "./views/editor.js";
import { startSee } from "./views/see.js";
import { makeReachable, startShape } from "./views/shape.js";
import { Sheet } from "./views/sheet.js";
import { startStatus } from "./views/status.js";
import { startStudio } from "./views/studio/studio.js";
import { startTransport } from "./views/transport.js";
import { startVoices } from "./views/voices.js";

const VIEW = "declaim.view";

translatePage();
startTheme();
startLanguage();
const openKey = startKeyDialog(learn);
const app = new App(openKey);
const sheet = new Sheet(app);
startTransport(app);
startEditor(app);
startDelivery(app);
startSee(app);
startShape(app, sheet);
startCalls(app);
startStatus(app);
startStudio(app);
startMissedDrops();
startHistory(app);
startViews();
startShortcuts();
openLink();
addEventListener("hashchange", openLink);
learn();

async function learn() {
  const hasLearnt = await app.learn();
  if (hasLearnt) dismiss();
  startVoices(app);
  document.dispatchEvent(new Event("view")); // whoever was refused for want of a key may ask again
  document.body.dataset.ready = String(hasLearnt);
}

function openLink() {
  const reading = readLink(location.hash);
  if (reading) app.manuscript.load(reading);
}

function startViews() {
  const buttons = [...document.querySelectorAll("[data-go]")];
  for (const button of buttons) button.addEventListener("click", () => show(button.getAttribute("data-go") ?? "speak"));
  function show(/** @type {string} */ view) {
    document.body.dataset.view = view;
    for (const button of buttons) {
      if (button.getAttribute("data-go") === view) button.setAttribute("aria-current", "page");
      else button.removeAttribute("aria-current");
    }
    byId("work").hidden = view === "status" || view === "studio";
    byId("status").hidden = view !== "status";
    byId("studio").hidden = view !== "studio";
    sessionStorage.setItem(VIEW, view);
    makeReachable(sheet);
    document.dispatchEvent(new Event("view"));
  }
  const last = sessionStorage.getItem(VIEW);
  if (last === "studio" || last === "status") show(last); // the others would be empty after a reload
}

function startShortcuts() {
  addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      app.speak();
    } else if (event.key === "Escape" && !document.querySelector("dialog[open]")) app.session.stop();
  });
}

function startLanguage() {
  const button = byId("language");
  const other = currentLanguage() === "zh" ? "en" : "zh";
  button.textContent = other === "zh" ? "中文" : "English";
  button.lang = other;
  button.onclick = () => {
    setLanguage(other);
    if (app.manuscript.text) history.replaceState(null, "", linkOf(location.href, app.manuscript));
    location.reload(); // every view is drawn anew; the text comes back with the link
  };
  document.title = `Declaim · ${t("speakView")}`;
}
