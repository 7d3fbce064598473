import { toProblem } from "@/lib/http/problem";
import { ServiceError } from "@/lib/services/errors";

const missing = async (request: Request) =>
  toProblem(
    new ServiceError("not_found", "The API has no such address. It is described at /api/v1/openapi.json."),
    request,
  );

export { missing as DELETE, missing as GET, missing as PATCH, missing as POST, missing as PUT };
