/** Characters that file systems refuse in names, and control characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to replace
const REFUSED = /[\u0000-\u001f<>:"/\\|?*]+/g;

/** Saves a file to the browser's downloads under a name that every system takes. */
export function saveFile(name: string, file: Blob): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = name.replace(REFUSED, "-");
  link.click();
  // Some browsers read the file only after the click has been handled.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
