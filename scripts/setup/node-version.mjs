/**
 * Says what to do when `version` ("20.19.0") is too old for Spoke; gives `undefined` when it is not.
 * Written so that very old versions of Node can read it too.
 */
export function nodeVersionProblem(version) {
  const parts = version.split(".").map(Number);
  const major = parts[0];
  const minor = parts[1];
  const fits = major >= 24 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);
  if (fits) return undefined;
  return (
    "Spoke needs Node 20.19 or newer, 22.12 or newer, or 24 and up, and this is Node " +
    version +
    ". Install one of them and try again."
  );
}
