// The text: written, pasted, dropped or taken from a sample.
import { linkOf } from "../state/link.js";
import { byId, h } from "../ui/dom.js";
import { startDrop } from "../ui/dropping.js";
import { announce, notify } from "../ui/notice.js";
import { t } from "../ui/strings.js";

const LONGEST_LINK = 16_000;

/** @param {import("../app.js").App} app */
export function startEditor({ manuscript, limits }) {
  const area = byId("text", HTMLTextAreaElement);
  const count = byId("count");

  const show = () => {
    const { length } = manuscript.points;
    const isTooLong = length > limits.characters;
    count.textContent = isTooLong ? t("tooMany", { count: length, most: limits.characters }) : length ? t("characters", { count: length }) : "";
    count.classList.toggle("wrong", isTooLong);
  };
  area.addEventListener("input", () => manuscript.write(area.value));
  manuscript.addEventListener("text", () => {
    if (area.value !== manuscript.text) area.value = manuscript.text;
    show();
  });

  const write = (/** @type {string} */ text) => {
    manuscript.write(text);
    area.focus();
  };
  byId("samples").replaceChildren(
    h("span", { class: "quiet" }, t("try")),
    ...[["sampleZh", "textZh"], ["sampleEn", "textEn"], ["sampleMixed", "textMixed"]].map(([name, text]) =>
      h("button", { type: "button", class: "plain", onclick: () => write(t(text)) }, t(name)),
    ),
  );

  const chooser = byId("file", HTMLInputElement);
  byId("open-file").onclick = () => chooser.click();
  chooser.onchange = () => take(chooser.files?.[0]);
  startDrop(byId("editor"), take);

  /** @param {File} [file] */
  async function take(file) {
    if (!file) return;
    const text = file.size > limits.characters * 4 ? t("fileTooLarge", { name: file.name }) : await textOf(file);
    if (text === null) notify(t("fileNotText", { name: file.name }), { kind: "error" });
    else if (file.size > limits.characters * 4) notify(text, { kind: "error" });
    else {
      write(text);
      announce(t("fileRead", { name: file.name }));
    }
    chooser.value = "";
  }

  byId("share").onclick = async () => {
    const link = linkOf(location.href, manuscript);
    if (link.length > LONGEST_LINK) {
      notify(t("shareTooLong"));
      return;
    }
    history.replaceState(null, "", link);
    if (await copied(link)) notify(t("shared"));
  };
  show();
}

/**
 * Put text on the clipboard; pages that did not come over TLS may not, and the address bar has the link anyway.
 * @param {string} text
 */
export async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedBySelection(text);
  }
}

/** @param {string} text */
function copiedBySelection(text) {
  const area = h("textarea", { class: "unseen", value: text, readOnly: true });
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

/**
 * The text of a file in UTF-8, UTF-16 with its mark, or GB 18030; null if it is none of them.
 * @param {File} file
 */
async function textOf(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const mark = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "";
  for (const encoding of mark ? [mark] : ["utf-8", "gb18030"]) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
      return /[\u0000-\u0008\u000e-\u001a]/.test(text) ? null : text;
    } catch {
      // not in this encoding
    }
  }
  return null;
}
