/** A LIKE pattern that finds a text anywhere, taking its wildcards for themselves. */
export const likeAnywhere = (text: string): string => `%${text.replace(/[\\%_]/g, "\\$&")}%`;

/** LIKE patterns that find a text anywhere in JSON: as it is there, and as a string's escapes have it. */
export const likeInJson = (text: string): string[] =>
  [...new Set([text, JSON.stringify(text).slice(1, -1)])].map(likeAnywhere);

/**
 * SQL: bytes as text with a character for each byte, its ASCII letters in lower case, so that none stops the search.
 * No text has a NUL, so another control character stands for it.
 */
function byteText(column: string): string {
  const escaped = String.raw`replace(replace(encode(${column}, 'escape'), '\\', '\134'), '\000', '\001')`;
  const storable = `CASE WHEN position('\\x00'::bytea IN ${column}) = 0 THEN ${column} ELSE decode(${escaped}, 'escape') END`;
  return `lower(convert_from(${storable}, 'LATIN1') COLLATE "C")`;
}

/** SQL: whether the bytes in `column` hold one of the spellings in `parameter` (body-spellings.ts), an array. */
export const bytesHold = (column: string, parameter: string): string =>
  `EXISTS (
    SELECT FROM (SELECT ${byteText(column)} AS bytes OFFSET 0) AS body, unnest(${parameter}::text[]) AS spelling
    WHERE position(spelling IN bytes) > 0
  )`;
