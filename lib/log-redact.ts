const HIDDEN = "(hidden)";

/** Fields and headers whose values are secrets, or hold one. */
const NAMES = [
  "authorization",
  "proxy-authorization",
  "cookie",
  "set-cookie",
  "x-api-key",
  "api-?key",
  "password",
  "secret",
  "token",
  "status-?token",
  "session-?token",
  "identifier",
].join("|");

const TEXT = '"(?:[^"\\\\]|\\\\.)*"';

/** As a field (`"cookie":"a=b"`), with several values, or as a pair of a list (`"Cookie","a=b"`). */
const NAMED = new RegExp(`("(?:${NAMES})"\\s*[:,]\\s*)(?:${TEXT}|\\[[^\\]]*\\])(?!\\s*:)`, "gi");
const SCHEMES = /\b(Bearer|Basic)\s+[\w.~+/=-]+/gi;
const USER_OF_URL = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s"\\/@]*@/gi;
const SECRET_PATHS = /(\/api\/(?:webhook|status)\/)(?!\{)[^\s"\\?#,;)]+/g;
const API_KEYS = /\bspk_[\w-]+/g;
const SESSIONS = /(session-token(?:\.\d+)?=)[^\s;"\\]+/g;

/** Blanks out of a log line (JSON) what may not be in one, wherever it stands; what is left is JSON too. */
export function redactLine(line: string): string {
  return line
    .replace(NAMED, `$1"${HIDDEN}"`)
    .replace(SECRET_PATHS, `$1${HIDDEN}`)
    .replace(SCHEMES, `$1 ${HIDDEN}`)
    .replace(USER_OF_URL, `$1${HIDDEN}@`)
    .replace(API_KEYS, HIDDEN)
    .replace(SESSIONS, `$1${HIDDEN}`);
}
