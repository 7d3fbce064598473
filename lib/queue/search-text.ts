/** A LIKE pattern that finds a text anywhere, taking its wildcards for themselves. */
export const likeAnywhere = (text: string): string => `%${text.replace(/[\\%_]/g, "\\$&")}%`;

/**
 * SQL: whether the bytes in `column` hold the text in `parameter`, whatever the case of its ASCII letters. Bodies are
 * compared as they came, so that one that isn't UTF-8 doesn't stop the search.
 */
export const bytesHold = (column: string, parameter: string): string =>
  `position(lower(encode(convert_to(${parameter}, 'UTF8'), 'escape')) IN lower(encode(${column}, 'escape'))) > 0`;
