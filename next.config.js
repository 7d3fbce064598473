import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(fileURLToPath(import.meta.url));

/** @type {import("next").NextConfig} */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  // `npm test` type-checks the whole tree; checking again during the build would only double the wait.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: ["pg", "pino", "@node-rs/argon2"],
  // Else a lock file in a folder above makes Next take that folder for the project.
  turbopack: { root },
  outputFileTracingRoot: root,
};

export default config;
