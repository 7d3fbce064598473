import { randomBytes } from "node:crypto";

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const LENGTH = 22;
const EVEN_BYTES = 256 - (256 % DIGITS.length);
const FORM = /^[0-9A-Za-z]{22}$/;

/** A new webhook identifier: 22 base-62 characters from the cryptographic generator, 130 bits, each digit equally likely. */
export function newIdentifier(): string {
  let identifier = "";
  while (identifier.length < LENGTH) {
    for (const byte of randomBytes(LENGTH + 8)) {
      if (byte < EVEN_BYTES && identifier.length < LENGTH) identifier += DIGITS[byte % DIGITS.length];
    }
  }
  return identifier;
}

/** Whether a text could be a webhook's identifier. */
export const isIdentifier = (text: string): boolean => FORM.test(text);
