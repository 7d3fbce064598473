import { parseHeaderValue } from "@/lib/core/bodies/content-type";
import { StepError } from "@/lib/core/errors";
import { toForm } from "@/lib/core/form-out";
import type { Json } from "@/lib/core/json";
import { nestFields } from "@/lib/core/nest";
import { toXml } from "@/lib/core/xml-out";
import { addHeader, headerPairs } from "../header-fields";
import type { NamedValue, StepRunner } from "../types";
import type { syncResponse } from "./definition";

/** Statuses whose answers never have a body. */
const BODILESS = new Set([204, 205, 304]);

/** Builds the answer for the caller. Text is UTF-8, and its content type says so. */
export const runSyncResponse: StepRunner<typeof syncResponse> = ({ settings }) => {
  const headers = headerPairs(settings.headers as NamedValue[]);
  const body = BODILESS.has(settings.status) ? "" : bodyOf(settings);
  if (!BODILESS.has(settings.status)) addHeader(headers, "Content-Type", withCharset(settings.contentType));
  const response = { status: settings.status, headers, body };
  return { kind: "respond", exit: "next", response, output: response };
};

type Answer = Parameters<typeof runSyncResponse>[0]["settings"];

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
