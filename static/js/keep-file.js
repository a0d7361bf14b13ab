// Gives a file from the server to whoever looks, to keep.

/** @param {Blob} blob @param {string} name */
export function keepFile(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser has taken it by the next turn.
  setTimeout(() => URL.revokeObjectURL(link.href), 0);
}
