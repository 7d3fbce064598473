import { defineConfig } from "@playwright/test";
import { findChromium } from "./scripts/chromium.mjs";
import { freePort } from "./scripts/setup/port.mjs";

// With E2E_PORT, the Spoke that runs there is tested if there is one; else one is started on a free port.
const portIsGiven = process.env.E2E_PORT !== undefined;
// The processes that run the tests read this file again and inherit what the first one has set here.
process.env.E2E_PORT ??= String(await freePort());
process.env.SPOKE_ADMIN_EMAIL = "admin@spoke.local";
process.env.SPOKE_ADMIN_PASSWORD = "a password for the tests";

const baseURL = `http://localhost:${process.env.E2E_PORT}`;
const { executablePath, args, env } = findChromium();

export default defineConfig({
  testDir: "e2e",
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  // On two cores, what one waits for (alarms, lists that ask again) is time that the others use.
  workers: 3,
  timeout: 120_000,
  // Some lists ask again every ten seconds only, and three browsers on two cores are slow.
  expect: { timeout: 30_000 },
  reporter: [["list"]],
  use: {
    baseURL,
    viewport: { width: 1280, height: 800 },
    contextOptions: { reducedMotion: "reduce" },
    // A trace of each test costs a third of the time of all: `npm test e2e <file> -- --trace on` makes one where it is needed.
    trace: "off",
    screenshot: "only-on-failure",
    launchOptions: { executablePath, args, env },
  },
  webServer: {
    command: "exec node scripts/e2e-server.mjs",
    url: `${baseURL}/readyz`,
    reuseExistingServer: portIsGiven,
    env: { PORT: process.env.E2E_PORT, PUBLIC_URL: baseURL },
    timeout: 300_000,
    gracefulShutdown: { signal: "SIGTERM", timeout: 90_000 },
  },
});
