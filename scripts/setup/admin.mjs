import { verify } from "@node-rs/argon2";
import pg from "pg";

/** Whether the user with this e-mail address signs in with this password. */
export async function passwordFits({ url, email, password }) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const sql = 'SELECT "passwordHash" FROM "User" WHERE email = $1';
    const { rows } = await client.query(sql, [email.trim().toLowerCase()]);
    return rows.length > 0 && (await verify(rows[0].passwordHash, password));
  } finally {
    await client.end();
  }
}

/** What is said about the first admin's password at a start. */
export function passwordLine({ fits, given, password }) {
  if (fits) return given ? "as set in SPOKE_ADMIN_PASSWORD" : password;
  return given ? "not SPOKE_ADMIN_PASSWORD: this user keeps the one they had" : "as this user has set it";
}
