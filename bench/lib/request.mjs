/**
 * A whole HTTP/1.1 request.
 * @param {string} method
 * @param {string} path
 * @param {{ token?: string, json?: unknown }} [options] for the Authorization header; the body
 * @return {Buffer}
 */
export function httpRequest(method, path, { token, json } = {}) {
  const body = json === undefined ? '' : JSON.stringify(json);
  return Buffer.from(`${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n` +
    (token === undefined ? '' : `Authorization: Bearer ${token}\r\n`) +
    (json === undefined ? '' : `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`) +
    `Connection: keep-alive\r\n\r\n${body}`);
}
