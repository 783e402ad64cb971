// Lengths of time in words.
import { t } from "./strings.js";

/** @param {number} seconds of a book or of work */
export function duration(seconds) {
  const minutes = Math.round(seconds / 60);
  if (seconds < 60) return t("someSeconds", { count: Math.round(seconds) });
  if (minutes < 60) return t("someMinutes", { count: minutes });
  return t("hoursAndMinutes", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}
