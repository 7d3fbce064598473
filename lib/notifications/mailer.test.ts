import { expect, it } from "vitest";
import { transportUrl } from "./mailer";

const TIMES = "connectionTimeout=10000&greetingTimeout=10000&socketTimeout=10000";

it.each([
  ["smtp://mail.example.com", `smtp://mail.example.com?${TIMES}&requireTLS=false`],
  ["smtp://me:p%40ss@mail.example.com:587", `smtp://me:p%40ss@mail.example.com:587?${TIMES}&requireTLS=true`],
  [
    "smtps://me:secret@mail.example.com:465/?requireTLS=false&socketTimeout=5",
    "smtps://me:secret@mail.example.com:465/?requireTLS=false&socketTimeout=5&connectionTimeout=10000&greetingTimeout=10000",
  ],
])("%s waits 10 s for each answer and encrypts passwords, unless it says something else", (url, expected) => {
  expect(transportUrl(url)).toBe(expected);
});
