import { randomBase62 } from "../random-text";

/** 128 random bits: identifiers can't be guessed and never meet. */
const IDENTIFIER_BYTES = 16;

/** Makes the random end of a webhook's URL: 22 characters, base-62. */
export const newIdentifier = (): string => randomBase62(IDENTIFIER_BYTES);
