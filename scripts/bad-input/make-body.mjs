/** One less than the keys that a body may have. */
export const MOST = 99_999;

/** So many bytes: a beginning, a piece as often as it fits, and an end. */
export const filled =
  (before, piece, after = "") =>
  (bytes) => {
    const head = Buffer.from(before, "latin1");
    const tail = Buffer.from(after, "latin1");
    const unit = Buffer.from(piece, "latin1");
    const times = Math.floor((bytes - head.length - tail.length) / unit.length);
    return Buffer.concat([head, Buffer.alloc(times * unit.length, unit), tail]);
  };

/** So many bytes: a beginning, so many different pieces of one length, and an end. `piece` gets its number and how long it may be. */
export const many =
  (count, before, piece, after = "") =>
  (bytes) => {
    const length = Math.floor((bytes - before.length - after.length) / count);
    const pieces = Array.from({ length: count }, (_, at) => piece(at, length));
    return Buffer.from(before + pieces.join("") + after, "latin1");
  };

/** A text repeated until a piece, of which so much is used, is as long as it may be. */
export const pad = (length, text, used) => text.repeat(Math.max(0, Math.floor((length - used) / text.length)));

/** A text at its number, all equally long. */
export const numbered = (at) => String(at).padStart(6, "0");
