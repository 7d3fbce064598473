import { expect, test } from "./fixtures";

test.use({ storageState: { cookies: [], origins: [] } });

test("leads to where one wanted to go, and out again", async ({ page, account, makeUser }) => {
  const { email, password, name } = await makeUser("builder");
  const wanted = `/accounts/${account.id}/transactions?state=failed`;
  await page.goto(wanted);
  await expect(page).toHaveTitle(/Sign in/);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByLabel("Password", { exact: true }).press("Enter");
  await expect(page).toHaveURL(wanted);
  // What the page fetches itself shows that its buttons work.
  await expect(page.getByRole("heading", { name: "No transaction matches" })).toBeVisible();
  await page.getByRole("button", { name: `signed in as ${name}` }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await page.goto(wanted);
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
});

test("signs in whoever is quicker than the page", async ({ page, makeUser }) => {
  const { email, password } = await makeUser("builder");
  let letThrough = () => {};
  const through = new Promise<void>((resolve) => {
    letThrough = resolve;
  });
  await page.route(/\/_next\/static\/.*\.js/, async (route) => {
    await through;
    await route.continue();
  });
  await page.goto("/sign-in", { waitUntil: "commit" });
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByLabel("Password", { exact: true }).press("Enter");
  letThrough();
  await expect(page.getByRole("heading", { name: "No cycles yet" })).toBeVisible();
});

test("refuses a wrong password, and everything after the fifth attempt", async ({ page, makeUser }) => {
  const { email, password } = await makeUser("builder");
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByText("Type your e-mail address and your password.")).toBeVisible();

  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill("not the password");
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    const answered = page.waitForResponse(/callback\/credentials/);
    await page.getByRole("button", { name: "Sign in" }).click();
    await answered;
    await expect(page.getByText("The e-mail address or the password is wrong.")).toBeVisible();
  }
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByText(/^Too many attempts\. Try again in \d+ min\.$/)).toBeVisible();
});

test("never leads to another site", async ({ page, makeUser, baseURL }) => {
  const { email, password } = await makeUser("viewer");
  await page.goto(`/sign-in?callbackUrl=${encodeURIComponent("https://other.example/accounts")}`);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "Cycles", exact: true })).toBeVisible();
  expect(new URL(page.url()).origin).toBe(new URL(baseURL ?? "").origin);
});

test("lets users change their password", async ({ page, makeUser }) => {
  const { email, password, name } = await makeUser("builder");
  const signIn = async (secret: string) => {
    await page.goto("/sign-in");
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password", { exact: true }).fill(secret);
    await page.getByRole("button", { name: "Sign in" }).click();
  };
  await signIn(password);
  await expect(page.getByRole("heading", { name: "No cycles yet" })).toBeVisible();
  await page.getByRole("button", { name: `signed in as ${name}` }).click();
  await page.getByRole("menuitem", { name: "Change password" }).click();
  const dialog = page.getByRole("dialog", { name: "Change password" });
  await dialog.getByLabel("Current password").fill(password);
  await dialog.getByLabel("New password").fill("another good one");
  await dialog.getByRole("button", { name: "Change password" }).click();
  await expect(dialog).toHaveCount(0);

  await page.context().clearCookies();
  await signIn("another good one");
  await expect(page.getByRole("heading", { name: "Cycles", exact: true })).toBeVisible();
});
