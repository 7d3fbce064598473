import { env } from "@/lib/env";
import { openApiDocument } from "@/lib/openapi/document";

/** Made at each request: the address is known when the process runs, not when it is built. */
export const dynamic = "force-dynamic";

export const GET = () => Response.json(openApiDocument(`${env().PUBLIC_URL}/api/v1`));
