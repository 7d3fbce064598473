import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import pg from "pg";

// What the door is measured against: a plain Node server that stores each request's body in one table, many with one
// commit, and answers after it. No lookup, no checks, no receipts, no jobs.

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 });
await pool.query(
  "CREATE TABLE IF NOT EXISTS baseline (id uuid PRIMARY KEY, at timestamptz NOT NULL, body json NOT NULL)",
);

const waiting = [];
let underWay = 0;

async function flush() {
  underWay++;
  const batch = waiting.splice(0, 500);
  await pool.query({
    name: "insert",
    text: "INSERT INTO baseline SELECT id, now(), body FROM unnest($1::uuid[], $2::json[]) AS row(id, body)",
    values: [batch.map(() => randomUUID()), batch.map((entry) => entry.body)],
  });
  for (const { res } of batch) res.end("stored");
  underWay--;
  if (waiting.length > 0) void flush();
}

const server = createServer((req, res) => {
  let body = "";
  req.setEncoding("utf8");
  req.on("data", (chunk) => (body += chunk));
  req.on("end", () => {
    waiting.push({ body, res });
    if (underWay === 0) setImmediate(() => underWay === 0 && void flush());
  });
});
server.listen(Number(process.env.PORT), "127.0.0.1", () => process.send?.("ready"));
process.on("disconnect", () => process.exit());
