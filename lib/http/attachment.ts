/** The header that makes a browser save an answer as a file of this name (RFC 6266). */
export function attachment(fileName: string): { "content-disposition": string } {
  const plain = fileName.replace(/[^\w .()-]/g, "_");
  const exact = encodeURIComponent(fileName).replace(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return { "content-disposition": `attachment; filename="${plain}"; filename*=UTF-8''${exact}` };
}
