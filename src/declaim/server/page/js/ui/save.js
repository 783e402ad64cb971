// Files for the user.

const ASKING = 60_000; // milliseconds for which the browser may be asking where to

/** @param {Blob} blob @param {string} name */
export function save(blob, name) {
  const address = URL.createObjectURL(blob);
  fetchAs(address, name);
  setTimeout(() => URL.revokeObjectURL(address), ASKING);
}

/** Have the browser fetch a file. @param {string} address @param {string} name */
export function fetchAs(address, name) {
  const link = document.createElement("a");
  [link.href, link.download] = [address, name];
  link.click();
}
