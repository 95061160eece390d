export interface Part { filename?: string; contentType: string; content: Buffer }

/** The part with this name of a multipart/form-data body; undefined when it is missing or the body malformed. */
export function findPart(body: Buffer, contentType: string, name: string): Part | undefined {
  const boundary = /^multipart\/form-data\b.*;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  if (!boundary) return undefined;
  const delimiter = Buffer.from(`--${boundary[1] ?? boundary[2]}`);
  let start = body.indexOf(delimiter);
  while (start >= 0) {
    start += delimiter.length;
    const end = body.indexOf(Buffer.concat([Buffer.from('\r\n'), delimiter]), start);
    const headerEnd = body.indexOf('\r\n\r\n', start);
    if (end < 0 || headerEnd < 0 || headerEnd > end) return undefined;
    const header = body.toString('utf8', start, headerEnd);
    if (parameter(header, 'name') === name) {
      return {
        filename: parameter(header, 'filename'),
        contentType: /^content-type:\s*([^\r\n]+)/im.exec(header)?.[1] ?? 'application/octet-stream',
        content: body.subarray(headerEnd + 4, end),
      };
    }
    start = end + 2;
  }
  return undefined;
}

function parameter(header: string, name: string): string | undefined {
  const disposition = /^content-disposition:([^\r\n]+)/im.exec(header)?.[1] ?? '';
  return new RegExp(`;\\s*${name}="([^"]*)"`, 'i').exec(disposition)?.[1];
}
