import { parseHeaderValue } from "@/lib/core/bodies/content-type";
import { StepError } from "@/lib/core/errors";
import { toForm } from "@/lib/core/form-out";
import type { Json } from "@/lib/core/json";
import { nestFields } from "@/lib/core/nest";
import type { SyncResponse } from "@/lib/core/transaction";
import { toXml } from "@/lib/core/xml-out";
import { addHeader, headerPairs } from "../header-fields";
import type { NamedValue, Resolved, SettingsOf } from "../types";
import type { syncResponse } from "./definition";

/** Statuses whose answers never have a body. */
const BODILESS = new Set([204, 205, 304]);

type Answer = Resolved<SettingsOf<typeof syncResponse>>;

/**
 * Builds the answer for the caller, for the worker and for the preview alike. Text is UTF-8, and its content type says so.
 *
 * @throws StepError `bad_settings` for a header, a field name or a content type that can't be sent
 */
export function buildResponse(settings: Answer): SyncResponse {
  const headers = headerPairs(settings.headers as NamedValue[]);
  const body = BODILESS.has(settings.status) ? "" : bodyOf(settings);
  if (!BODILESS.has(settings.status)) addHeader(headers, "Content-Type", withCharset(settings.contentType));
  return { status: settings.status, headers, body };
}

function bodyOf({ bodyKind, contentType, fields, raw }: Answer): string {
  if (bodyKind === "raw") return raw;
  const values = nestFields(fields as NamedValue[]);
  return formatBody(values, parseHeaderValue(contentType).value);
}

function formatBody(values: { [key: string]: Json }, type: string): string {
  if (type === "application/x-www-form-urlencoded") return toForm(values);
  if (type.endsWith("/xml") || type.endsWith("+xml")) return toXml(values);
  return JSON.stringify(values);
}

function withCharset(contentType: string): string {
  const type = contentType.trim();
  if (!/^[\w.+-]+\/[\w.+-]+(\s*;[\t\x20-\x7e]*)?$/.test(type))
    throw new StepError("bad_settings", `"${type}" can't be a content type. It looks like application/json.`);
  return /^text\/|[/+]xml$/i.test(type) ? `${type}; charset=utf-8` : type;
}
