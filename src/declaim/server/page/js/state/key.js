// The API key: for this tab, or, if its owner says so, for this browser. It goes into a header, nowhere else.

const NAME = "declaim.key";

/** @returns {string} "" if there is none */
export function storedKey() {
  return sessionStorage.getItem(NAME) ?? localStorage.getItem(NAME) ?? "";
}

/**
 * @param {string} key "" to forget it
 * @param {boolean} isKept beyond this tab
 */
export function storeKey(key, isKept) {
  sessionStorage.removeItem(NAME);
  localStorage.removeItem(NAME);
  if (key) (isKept ? localStorage : sessionStorage).setItem(NAME, key);
}
