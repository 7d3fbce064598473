import { randomBytes } from "node:crypto";

const BASE_62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Random bytes from the system's cryptographic generator as a base-62 number of fixed length, most significant first. */
export function randomBase62(bytes: number): string {
  const length = Math.ceil((bytes * 8) / Math.log2(62));
  let number = BigInt(`0x${randomBytes(bytes).toString("hex")}`);
  let text = "";
  for (let index = 0; index < length; index++) {
    text = BASE_62[Number(number % 62n)] + text;
    number /= 62n;
  }
  return text;
}
