import { parentPort, workerData } from "node:worker_threads";
import type { Batch, ThreadMessage, ThreadReply, ThreadRequest } from "./messages";
import { Sandbox } from "./sandbox";
import { Turnstile } from "./turnstile";

/** Replies go back together: each message costs both sides as much as a short script. */
const REPLIES_AT_ONCE = 16;

/** Longest that a reply waits for others, in milliseconds, before another run begins. */
const REPLY_WAIT_MS = 3;

/** The program of a thread that runs scripts, one after the other. */
const port = parentPort;
if (!port) throw new Error("This program runs in a thread of a ScriptPool");
const say = (message: ThreadMessage) => port.postMessage(message);

const turnstile = new Turnstile(workerData as SharedArrayBuffer);
const batches: Batch[] = [];
let sandbox = await Sandbox.create();
let replies: ThreadReply[] = [];
let firstReplyAt = 0;
let repliesAccount: string | undefined;
let isAtWork = false;

port.on("message", (batch: Batch) => {
  batches.push(batch);
  if (!isAtWork) void work();
});

say({ kind: "ready" });

async function work(): Promise<void> {
  isAtWork = true;
  for (let batch = batches.shift(); batch; batch = batches.shift()) {
    let number = batch.first;
    for (const request of batch.requests) {
      if (turnstile.begin(number)) await answer(request);
      number = Turnstile.after(number);
    }
  }
  sayReplies();
  isAtWork = false;
}

/** A promise only when the sandbox has to be replaced. */
function answer(request: ThreadRequest): Promise<void> | undefined {
  const accountId = request.task === "run" ? request.accountId : undefined;
  // No account's reply waits for the script of another.
  if (accountId !== repliesAccount || performance.now() - firstReplyAt > REPLY_WAIT_MS) sayReplies();
  const reply = request.task === "run" ? sandbox.run(request) : sandbox.check(request);
  if (replies.length === 0) firstReplyAt = performance.now();
  repliesAccount = accountId;
  replies.push(reply);
  if (sandbox.isWornOut) return replaceSandbox();
  if (replies.length === REPLIES_AT_ONCE) sayReplies();
  return undefined;
}

async function replaceSandbox(): Promise<void> {
  sayReplies();
  sandbox = await Sandbox.create();
  say({ kind: "ready" });
}

function sayReplies(): void {
  if (replies.length === 0) return;
  say({ kind: "replies", replies, isReady: !sandbox.isWornOut });
  replies = [];
}
